import Foundation
import Testing

/// An issuer of tokens and an authorizing webhook of the test's own, with the real kubectl. The
/// issuer's key is RSA, made with openssl: what neither this program nor its libraries made.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: ["openssl", "python3"]).isEmpty,
    "needs \(OwnMachine.missing(also: ["openssl", "python3"]).joined(separator: ", "))"))
struct StructuredIdentityTests {
  /// Both listen at https://localhost:8444 before the server starts.
  private static let before = #"""
    mkdir "$work/issuer"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
      -subj /CN=localhost -addext subjectAltName=DNS:localhost \
      -keyout "$work/issuer/tls.key" -out "$work/issuer/tls.crt" 2>/dev/null
    base64url() { base64 -w0 | tr '+/' '-_' | tr -d =; }
    new_key() { # NAME
      openssl genrsa -out "$work/issuer/$1.key" 2048 2>/dev/null
      local n=$(openssl rsa -in "$work/issuer/$1.key" -noout -modulus | cut -d= -f2 |
        python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' | base64url)
      echo "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"$1\",\"alg\":\"RS256\",\"n\":\"$n\",\"e\":\"AQAB\"}]}" \
        >"$work/issuer/keys"
    }
    token() { # KEY USER GROUP END-IN-SECONDS
      local input=$(echo -n "{\"alg\":\"RS256\",\"kid\":\"$1\"}" | base64url)
      input+=.$(echo -n "{\"iss\":\"https://localhost:8444\",\"aud\":\"martlet\",\"sub\":\"$2\",
        \"roles\":[\"$3\"],\"exp\":$(($(date +%s) + $4))}" | base64url)
      echo -n $input.$(echo -n $input | openssl dgst -sha256 -sign "$work/issuer/$1.key" | base64url)
    }
    new_key one
    cat >"$work/issuer/serve.py" <<'END'
    import http.server, json, ssl, sys
    place = sys.argv[1]
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, body):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def do_GET(self):
            if self.path == "/.well-known/openid-configuration":
                self.answer(json.dumps({"issuer": "https://localhost:8444",
                    "jwks_uri": "https://localhost:8444/keys"}).encode())
            else:
                self.answer(open(place + "/keys", "rb").read())
        def do_POST(self):
            review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            spec = review["spec"]
            asked = spec.get("resourceAttributes", {})
            review["status"] = {"allowed": "oidc:dev" in spec.get("groups", [])
                and asked.get("resource") == "configmaps"}
            if asked.get("namespace") == "kube-public":
                review["status"] = {"allowed": False, "denied": True, "reason": "closed by the hook"}
            with open(place + "/asked", "a") as log: log.write(json.dumps(spec) + "\n")
            self.answer(json.dumps(review).encode())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8444), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place + "/tls.crt", place + "/tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
    END
    grep -q localhost /etc/hosts
    python3 "$work/issuer/serve.py" "$work/issuer" >"$work/issuer/log" 2>&1 &
    {
      echo "apiVersion: apiserver.config.k8s.io/v1
    kind: AuthenticationConfiguration
    jwt:
    - issuer:
        url: https://localhost:8444
        audiences: [martlet]
        certificateAuthority: |"
      sed 's/^/      /' "$work/issuer/tls.crt"
      echo "  claimMappings:
        username: {expression: '\"oidc:\" + claims.sub'}
        groups: {claim: roles, prefix: 'oidc:'}
      claimValidationRules:
      - {expression: 'claims.exp - now_is_no_variable < 1' }"
    } >"$work/authentication.yaml"
    cat >"$work/hook.kubeconfig" <<END
    apiVersion: v1
    kind: Config
    clusters: [{name: a, cluster: {server: "https://localhost:8444/authorize",
      certificate-authority: $work/issuer/tls.crt}}]
    users: [{name: a, user: {token: abc}}]
    contexts: [{name: a, context: {cluster: a, user: a}}]
    current-context: a
    END
    cat >"$work/authorization.yaml" <<END
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthorizationConfiguration
    authorizers:
    - {type: Node, name: node}
    - type: Webhook
      name: hook
      webhook:
        authorizedTTL: 5m
        unauthorizedTTL: 1s
        timeout: 3s
        subjectAccessReviewVersion: v1
        matchConditionSubjectAccessReviewVersion: v1
        failurePolicy: NoOpinion
        connectionInfo: {type: KubeConfigFile, kubeConfigFile: $work/hook.kubeconfig}
        matchConditions:
        - {expression: "!request.user.startsWith('system:')"}
        - {expression: "has(request.resourceAttributes)"}
    - {type: RBAC, name: rbac}
    END
    # A file that is wrong ends the start with what is wrong in it.
    if "$martlet" server --cgroup-root $group --authentication-config "$work/authentication.yaml" \
      >"$work/said" 2>&1; then echo "it started"; exit 1; fi
    grep -q "authentication.yaml: jwt\[0\].claimValidationRules\[0\].expression: Invalid value" \
      "$work/said" || { cat "$work/said"; exit 1; }
    sed -i '/claimValidationRules/,$d' "$work/authentication.yaml"
    export MARTLET_AUTHENTICATION_CONFIG="$work/authentication.yaml"
    export MARTLET_AUTHORIZATION_CONFIG="$work/authorization.yaml"
    """#

  @Test("kubectl shows tokens of another issuer, and a webhook decides what their users may do")
  func kubectl() async throws {
    try await OwnCluster.run(
      #"""
      ask() { # TOKEN ARGUMENTS...
        local token=$1; shift
        kubectl --kubeconfig /dev/null --server https://127.0.0.1:6443 --token "$token" \
          --certificate-authority /var/lib/martlet/pki/ca.crt "$@"
      }
      ada=$(token one ada dev 600)
      holds 'oidc:ada' ask $ada auth whoami
      holds 'oidc:dev' ask $ada auth whoami
      refuses ask "$(token one ada dev -5)" auth whoami
      refuses ask "${ada%????}AAAA" auth whoami
      # The webhook allows config maps to its group, and roles add the rest.
      holds kube-root-ca.crt ask $ada get configmaps
      refuses ask $ada get pods
      refuses ask "$(token one bob ops 600)" get configmaps
      kubectl create rolebinding ada --clusterrole=view --user=oidc:ada
      eventually ask $ada get pods
      # What it forbids, no role gives.
      kubectl create rolebinding ada --clusterrole=view --user=oidc:ada -n kube-public
      refuses ask $ada get pods -n kube-public
      grep -q 'closed by the hook' "$work/said"
      holds yes ask $ada auth can-i list configmaps
      refuses ask $ada auth can-i delete pods
      grep -q '"user": "oidc:ada"' "$work/issuer/asked"
      ! grep -q '"user": "system:' "$work/issuer/asked"

      # Another key of the issuer is known as soon as a token names it.
      new_key two
      sleep 5
      holds 'oidc:eve' ask "$(token two eve dev 600)" auth whoami
      # The file is read again: another prefix.
      sed -i 's/"oidc:" + claims.sub/"sso:" + claims.sub/' "$work/authentication.yaml"
      eventually holds 'sso:eve' ask "$(token two eve dev 601)" auth whoami
      """#, name: "identity", before: Self.before)
  }
}
