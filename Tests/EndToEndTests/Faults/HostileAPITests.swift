import Foundation
import Testing

/// Servers of other APIs that do their worst, beside a cluster that has other things to do.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: ["openssl", "python3"]).isEmpty,
    "needs \(OwnMachine.missing(also: ["openssl", "python3"]).joined(separator: ", "))"))
struct HostileAPITests {
  /// Does to each request what the first label of its group says. Documents are asked for without one:
  /// they are huge.
  private static let server = #"""
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=hostile.default.svc \
      -addext subjectAltName=DNS:hostile.default.svc -days 1 \
      -keyout "$work/hostile.key" -out "$work/hostile.crt" 2>/dev/null
    cat >"$work/hostile.py" <<'END'
    import socket, ssl, sys, threading, time
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1] + "/hostile.crt", sys.argv[1] + "/hostile.key")
    def whole(body):
        return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" \
            % (len(body), body)
    def serve(plain):
        try:
            stream = context.wrap_socket(plain, server_side=True)
            while True:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = stream.recv(65536)
                    if not piece: return
                    head += piece
                path = head.split(b" ")[1]
                kind = path.split(b"/")[2].split(b".")[0] if path.startswith(b"/apis/") else b"huge"
                if kind == b"silent": time.sleep(1000)
                elif kind == b"slow":
                    stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                    while True: stream.sendall(b" "); time.sleep(1)
                elif kind == b"headers":
                    stream.sendall(b"HTTP/1.1 200 OK\r\n")
                    while True: stream.sendall(b"x-field: " + b"x" * 60000 + b"\r\n")
                elif kind == b"huge":
                    stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
                    while True: stream.sendall(b"{}," * 20000)
                elif kind == b"wide":
                    names = b",".join(b'{"name":"r%d","kind":"R"}' % i for i in range(30000))
                    stream.sendall(whole(b'{"resources":[%s]}' % names))
                elif kind == b"wrong": stream.sendall(whole(b'{"groupVersion":"apps/v1"}'))
                elif kind == b"foreign": stream.sendall(b"SSH-2.0-OpenSSH_9.9\r\n"); return
                else: stream.sendall(whole(b'{"kind":"APIResourceList","resources":[]}'))
        except OSError: pass
        finally: plain.close()
    listener = socket.create_server(("127.0.0.1", 9443), backlog=512)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    END
    python3 "$work/hostile.py" "$work" &
    hostile=$!

    """#

  @Test("they are told as what they are; discovery, namespaces and the server's memory do not mind")
  func besides() async throws {
    try await OwnCluster.run(
      #"""
      server=$!

      """# + Self.server + #"""
        memory() { awk '/VmRSS/ { print $2 }' /proc/$server/status; }
        threads() { ls /proc/$server/task | wc -l; }
        files() { ls /proc/$server/fd | wc -l; }
        resident=$(memory) tasks=$(threads) open=$(files)
        kubectl create service externalname hostile --external-name=localhost
        apis="silent slow headers huge wide wrong foreign"
        for number in $(seq 6); do apis+=" slow.$number silent.$number"; done
        for api in $apis good; do
          printf '{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.%s.example.com"},
            "spec":{"group":"%s.example.com","version":"v1","groupPriorityMinimum":100,"versionPriority":10,
            "insecureSkipTLSVerify":true,"service":{"namespace":"default","name":"hostile","port":9443}}}\n' $api $api
        done | kubectl create -f - >/dev/null
        says() { # API WORDS
          holds "$2" kubectl get apiservice v1.$1.example.com \
            -o jsonpath='{.status.conditions[?(@.type=="Available")].status} {.status.conditions[0].message}'
        }
        # Those that keep a check waiting do not keep it from the others.
        eventually says good 'True all checks passed'
        eventually says silent 'False failing or missing response'
        eventually says slow 'no whole answer within'
        eventually says headers 'False failing or missing response'
        eventually says huge 'its answer is longer than 1048576 bytes'
        eventually says wide 'its list of resources holds more than 1000 resources'
        eventually says wrong 'its list of resources is of "apps/v1", not of "wrong.example.com/v1"'
        eventually says foreign 'False failing or missing response'
        eventually says slow.6 'no whole answer within'

        # Everybody else's: whole, and quick.
        quick() { # SECONDS COMMAND...
          local limit=$1; shift
          timeout $limit "$@" >"$work/said" 2>&1 </dev/null || { echo "slow or failed: $*: $(cat "$work/said")"; return 1; }
        }
        for round in 1 2 3; do
          quick 5 kubectl get --raw /apis; grep -q '"apps"' "$work/said"
          quick 10 kubectl get --raw /openapi/v2; grep -q '"/api/v1/pods"' "$work/said"
          quick 5 kubectl get --raw /openapi/v3; grep -q 'apis/apps/v1' "$work/said"
        done
        kubectl api-resources >"$work/resources" 2>/dev/null || true
        grep -q '^deployments ' "$work/resources"
        holds replicas kubectl explain deployment.spec.replicas
        kubectl create namespace shop
        kubectl -n shop create configmap a
        kubectl delete namespace shop --timeout=30s
        refuses kubectl get namespace shop

        # A crowd that asks them: refused at once, since they are not available.
        for number in $(seq 20); do refuses kubectl get --raw /apis/silent.example.com/v1/things; done
        sleep 30
        echo "memory $resident, then $(memory) kB; threads $tasks, then $(threads); files $open, then $(files)"
        test $(memory) -lt $((resident + 200000))
        test $(threads) -le $((tasks + 16))
        for api in $apis good; do echo apiservice/v1.$api.example.com; done | xargs kubectl delete >/dev/null
        kill $hostile
        few_files() { test $(files) -le $((open + 8)); }
        eventually few_files
        eventually kubectl get --raw /readyz

        """#, name: "hostileapi", limit: .seconds(300))
  }
}
