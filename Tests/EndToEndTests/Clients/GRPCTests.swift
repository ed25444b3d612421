import Foundation
import Testing

/// gRPC's own library, on both sides of an Ingress.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: FetchedClients.missingForPython.isEmpty,
    "needs \(FetchedClients.missingForPython.joined(separator: ", "))"))
struct GRPCTests {
  @Test("calls of every kind, refusals and cancellations of gRPC pass through an Ingress with TLS")
  func calls() async throws {
    try await OwnCluster.run(
      """
      orders="\(FetchedClients.python.path)/bin/python -W ignore \
        \(FetchedClients.files)/Programs/grpc_orders.py"

      """ + #"""
        node=198.51.100.7
        $orders serve $node:9000 >"$work/served" 2>&1 </dev/null &
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=grpc.test \
          -addext subjectAltName=DNS:grpc.test -keyout "$work/key" -out "$work/crt" 2>/dev/null
        kubectl create secret tls orders --cert="$work/crt" --key="$work/key"
        kubectl apply -f - <<END
        apiVersion: v1
        kind: Service
        metadata: {name: orders}
        spec: {ports: [{port: 80, appProtocol: kubernetes.io/h2c}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: orders, labels: {kubernetes.io/service-name: orders}}
        addressType: IPv4
        ports: [{port: 9000}]
        endpoints: [{addresses: [$node]}]
        END
        kubectl create ingress orders --rule="grpc.test/*=orders:80,tls=orders"
        eventually curl -sS --max-time 5 --cacert "$work/crt" --resolve grpc.test:443:$node https://grpc.test/
        holds 'all calls are answered' timeout 60 $orders ask $node:443 grpc.test "$work/crt"
        eventually grep 'given up' "$work/served"
        """#, name: "grpc")
  }
}
