"""A server of gRPC, and a client that reaches it by the address and host name that it is given.

    grpc_orders.py serve ADDRESS:PORT
    grpc_orders.py ask ADDRESS:PORT HOST CERTIFICATE
"""

import sys
import time
from concurrent import futures

import grpc

LARGE = 3 << 20


class Orders(grpc.GenericRpcHandler):
    """Messages are plain bytes: what they mean is no matter of the way there."""

    def service(self, details):
        return {
            "/shop.Orders/Place": grpc.unary_unary_rpc_method_handler(self.place),
            "/shop.Orders/Watch": grpc.stream_stream_rpc_method_handler(self.watch),
            "/shop.Orders/Count": grpc.stream_unary_rpc_method_handler(self.count),
            "/shop.Orders/Wait": grpc.unary_unary_rpc_method_handler(self.wait),
        }.get(details.method)

    def place(self, order, context):
        if order == b"nothing":
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "sold out")
        context.set_trailing_metadata([("order-size", str(len(order)))])
        return b"placed " + order

    def watch(self, orders, context):
        for order in orders:
            yield b"seen " + order

    def count(self, orders, context):
        return str(sum(len(order) for order in orders)).encode()

    def wait(self, order, context):
        while context.is_active():
            time.sleep(0.05)
        print("given up", flush=True)
        return b""


def serve(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    server.add_generic_rpc_handlers([Orders()])
    server.add_insecure_port(address)
    server.start()
    server.wait_for_termination()


def ask(address, host, certificate):
    with open(certificate, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    options = [("grpc.ssl_target_name_override", host), ("grpc.default_authority", host)]
    with grpc.secure_channel(address, credentials, options=options) as channel:
        place = channel.unary_unary("/shop.Orders/Place")
        answer, call = place.with_call(b"tea", timeout=10)
        assert answer == b"placed tea", answer
        assert ("order-size", "3") in call.trailing_metadata(), call.trailing_metadata()
        assert len(place(b"x" * LARGE, timeout=20)) == LARGE + 7

        # Each message is answered before the next one is sent.
        answers = []

        def orders():
            for number in range(5):
                yield b"%d" % number
                while len(answers) <= number:
                    time.sleep(0.01)

        for answer in channel.stream_stream("/shop.Orders/Watch")(orders(), timeout=20):
            answers.append(answer)
        assert answers == [b"seen %d" % number for number in range(5)], answers

        count = channel.stream_unary("/shop.Orders/Count")
        assert count((b"x" * 1000 for _ in range(2000)), timeout=20) == b"2000000"

        # A refusal is the server's own, with its words.
        for method, order, code, words in [
            ("Place", b"nothing", grpc.StatusCode.FAILED_PRECONDITION, "sold out"),
            ("Unheard", b"", grpc.StatusCode.UNIMPLEMENTED, "Method not found!"),
        ]:
            try:
                channel.unary_unary(f"/shop.Orders/{method}")(order, timeout=10)
                raise SystemExit(f"{method} should have been refused")
            except grpc.RpcError as error:
                assert (error.code(), error.details()) == (code, words), error

        # The server hears of whoever gives up.
        call = channel.unary_unary("/shop.Orders/Wait").future(b"")
        time.sleep(0.5)
        assert call.cancel()

        calls = [place.future(b"%d" % number, timeout=20) for number in range(300)]
        for number, call in enumerate(calls):
            assert call.result() == b"placed %d" % number
    print("all calls are answered")


if __name__ == "__main__":
    {"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:])
