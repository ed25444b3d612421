import Foundation
import Testing

/// Ingresses as users make them, asked by curl from outside.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: ["openssl"]).isEmpty,
    "needs \(OwnMachine.missing(also: ["openssl"]).joined(separator: ", "))"))
struct IngressTests {
  /// `page NAME` runs a pod with a Service that answers `I am NAME`; `ask HOST [ARGUMENTS...]` asks
  /// for `/` on the node's port for HTTP, `ask_tls` on that for HTTPS; `certificate NAME HOST` makes a
  /// certificate and its Secret, `told REASON INGRESS` looks for an event.
  private static let functions = #"""
    node=198.51.100.7
    page() {
      kubectl run $1 --image=example.test/busybox:1 --labels=app=$1 --command -- /bin/busybox sh -c \
        "busybox mkdir -p /tmp/www && echo I am $1 >/tmp/www/index.html &&
         exec busybox httpd -f -p 8080 -h /tmp/www"
      kubectl expose pod $1 --port=80 --target-port=8080
      kubectl wait --for=condition=Ready pod/$1 --timeout=60s
    }
    ask() { local host=$1; shift; curl -sS --max-time 5 -H "Host: $host" "$@" http://$node/; }
    ask_tls() {
      local host=$1; shift
      curl -sS --max-time 5 --cacert "$work/$host.crt" --resolve $host:443:$node "$@" https://$host/
    }
    says() { # WORDS COMMAND...
      local words=$1 said; shift
      said=$("$@" 2>&1) && grep -q -- "$words" <<<"$said"
    }
    certificate() {
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$2" \
        -addext "subjectAltName=DNS:$2" -keyout "$work/$2.key" -out "$work/$2.crt" 2>/dev/null
      kubectl create secret tls $1 --cert="$work/$2.crt" --key="$work/$2.key" \
        --dry-run=client -o yaml | kubectl apply -f -
    }
    told() { says "$1" kubectl get events --field-selector involvedObject.name=$2; }

    """#

  @Test("hosts and paths lead to pods, addresses are told, and faults are told with the fix")
  func hostsAndPaths() async throws {
    try await OwnCluster.run(
      Self.functions + #"""
        holds martlet.io/ingress kubectl get ingressclass martlet -o jsonpath={.spec.controller}
        # Nothing to serve: nothing listens.
        refuses curl -s --max-time 5 http://$node/
        page first; page second
        kubectl create ingress web --rule="web.test/*=first:80" --rule="*.wild.test/*=second:80"
        holds martlet kubectl get ingress web -o jsonpath={.spec.ingressClassName}
        eventually says 'I am first' ask web.test
        says 'I am second' ask x.wild.test
        says 404 ask other.test -o /dev/null -w '%{http_code}'
        eventually says $node kubectl get ingress web -o jsonpath={.status.loadBalancer.ingress[0].ip}
        holds web.test kubectl get ingress web
        # A younger one with the same host and path changes nothing, and is told so.
        sleep 1.1  # the older one wins, and ages count in seconds
        kubectl create ingress late --rule="web.test/*=second:80" --rule="late.test/*=second:80"
        eventually says 'I am second' ask late.test
        says 'I am first' ask web.test
        eventually told PathTaken late
        # A Service that comes later.
        kubectl create ingress early --rule="early.test/*=third:80"
        eventually told ServiceMissing early
        eventually says 503 ask early.test -o /dev/null -w '%{http_code}'
        page third
        eventually says 'I am third' ask early.test
        # The older one gone, the younger one takes over.
        kubectl delete ingress web
        eventually says 'I am second' ask web.test
        # A pod that goes is asked no more.
        kubectl delete pod third --wait=false
        eventually says 503 ask early.test -o /dev/null -w '%{http_code}'
        says 'martlet_ingress_requests_total{ingress="default/late",backend="default/second:80",code="2xx"}' \
          curl -s http://127.0.0.1:10254/metrics
        kubectl delete ingress --all
        gone() { ! curl -s --max-time 5 http://$node/; }
        eventually gone
        """#, name: "ingress")
  }

  @Test(
    "TLS: certificates by host, HTTP/2, exchange without a restart, faults that mend themselves")
  func tls() async throws {
    try await OwnCluster.run(
      Self.functions + #"""
        page first; page second
        certificate one one.test; certificate two two.test
        kubectl create ingress tls --rule="one.test/*=first:80,tls=one" --rule="two.test/*=second:80,tls=two"
        eventually says 'I am first' ask_tls one.test
        says 'I am second' ask_tls two.test
        says '^2' ask_tls one.test -o /dev/null -w '%{http_version}'
        says '^1.1' ask_tls one.test --http1.1 -o /dev/null -w '%{http_version}'
        # A host that is not served sees a certificate that nobody trusts.
        refuses curl -sS --max-time 5 --resolve none.test:443:$node https://none.test/
        says 404 curl -sk --max-time 5 --resolve none.test:443:$node https://none.test/ -w '%{http_code}'

        # A connection that stands lives through the exchange of its certificate.
        cp "$work/one.test.crt" "$work/old.crt"
        { printf 'GET / HTTP/1.1\r\nHost: one.test\r\n\r\n'; sleep 8; printf 'GET / HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n'; sleep 1; } |
          openssl s_client -quiet -connect $node:443 -servername one.test >"$work/standing" 2>/dev/null &
        standing=$!
        eventually grep -q 'I am first' "$work/standing"
        certificate one one.test
        eventually says 'I am first' ask_tls one.test
        refuses curl -sS --max-time 5 --cacert "$work/old.crt" --resolve one.test:443:$node https://one.test/
        wait $standing || true
        test "$(grep -c 'I am first' "$work/standing")" = 2

        # A Secret that is not there yet, and one for another host.
        kubectl create ingress broken --rule="three.test/*=first:80,tls=three"
        eventually told SecretMissing broken
        says 'I am first' ask_tls one.test
        certificate three other.test
        eventually told CertificateMismatch broken
        certificate three three.test
        eventually says 'I am first' ask_tls three.test

        # A Secret without a certificate, then with one.
        kubectl create secret generic four --type=kubernetes.io/tls --from-literal=tls.crt=x --from-literal=tls.key=x
        kubectl create ingress unusable --rule="four.test/*=first:80,tls=four"
        eventually told CertificateUnusable unusable
        told 'tls.crt is no certificate in PEM' unusable
        certificate four four.test
        eventually says 'I am first' ask_tls four.test

        # One host, two Ingresses, two certificates: the older one's, until it goes.
        sleep 1.1  # the older one wins, and ages count in seconds
        cp "$work/four.test.crt" "$work/older.crt"
        certificate late four.test
        kubectl create ingress late --rule="four.test/*=second:80,tls=late"
        eventually told CertificateTaken late
        told 'default/unusable, which is older' late
        says 'I am first' curl -sS --max-time 5 --cacert "$work/older.crt" --resolve four.test:443:$node https://four.test/
        kubectl delete ingress unusable
        eventually says 'I am second' ask_tls four.test
        says 'I am first' ask_tls one.test
        """#, name: "ingress-tls")
  }
}
