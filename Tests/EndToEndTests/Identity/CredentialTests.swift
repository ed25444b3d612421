import Foundation
import Testing

/// The cluster's own credentials, as real clients show them: until what they are bound to goes.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: ["openssl", "python3", "curl"]).isEmpty,
    "needs \(OwnMachine.missing(also: ["openssl", "python3", "curl"]).joined(separator: ", "))"))
struct CredentialTests {
  /// Verifies a token with nothing but the keys that the server publishes, as other parties do.
  private static let verify = #"""
    ask() { # TOKEN ARGUMENTS...
      local token=$1; shift
      kubectl --kubeconfig /dev/null --server https://127.0.0.1:6443 --token "$token" \
        --certificate-authority /var/lib/martlet/pki/ca.crt "$@"
    }
    cat >"$work/verify.py" <<'END'
    import base64, json, subprocess, sys
    keys, token, place = json.load(open(sys.argv[1]))["keys"], sys.argv[2], sys.argv[3]
    def octets(text): return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    def integer(value):
        value = value.lstrip(b"\0")
        value = (b"\0" if value[0] & 0x80 else b"") + value
        return b"\2" + bytes([len(value)]) + value
    signed, signature = token.rsplit(".", 1)
    head = json.loads(octets(signed.split(".")[0]))
    key = [key for key in keys if key["kid"] == head["kid"]][0]
    assert head["alg"] == key["alg"] == "ES256" and key["crv"] == "P-256", (head, key)
    point = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\4" \
        + octets(key["x"]) + octets(key["y"])
    pair = octets(signature)
    pair = integer(pair[:32]) + integer(pair[32:])
    open(place + "/key.pem", "w").write("-----BEGIN PUBLIC KEY-----\n"
        + base64.encodebytes(point).decode() + "-----END PUBLIC KEY-----\n")
    open(place + "/signature", "wb").write(b"\x30" + bytes([len(pair)]) + pair)
    open(place + "/signed", "w").write(signed)
    subprocess.run(["openssl", "dgst", "-sha256", "-verify", place + "/key.pem",
        "-signature", place + "/signature", place + "/signed"], check=True)
    print(json.loads(octets(signed.split(".")[1]))["iss"])
    END

    """#

  @Test("service accounts' tokens are good where they are meant, while what they need is there")
  func tokens() async throws {
    try await OwnCluster.run(
      Self.verify + #"""
        kubectl create serviceaccount robot
        kubectl run p --image=example.test/busybox:1 -- sleep 1000
        kubectl create secret generic s
        of_pod=$(kubectl create token default --bound-object-kind Pod --bound-object-name p)
        of_secret=$(kubectl create token robot --bound-object-kind Secret --bound-object-name s)
        free=$(kubectl create token robot)
        holds system:serviceaccount:default:default ask $of_pod auth whoami
        holds authentication.kubernetes.io/pod-uid ask $of_pod auth whoami -o yaml
        holds system:serviceaccount:default:robot ask $of_secret auth whoami
        kubectl delete pod p --grace-period=0 --force
        refuses ask $of_pod auth whoami
        kubectl delete secret s
        refuses ask $of_secret auth whoami
        holds system:serviceaccounts:default ask $free auth whoami

        # One for another party is none for the server, and the server tells that party whose it is.
        for_vault=$(kubectl create token robot --audience vault)
        refuses ask $for_vault auth whoami
        review() { # AUDIENCES
          echo "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",
            \"spec\":{\"token\":\"$for_vault\",\"audiences\":$1}}" >"$work/review"
          kubectl create --raw /apis/authentication.k8s.io/v1/tokenreviews -f "$work/review"
        }
        holds '"authenticated":true' review '["vault"]'
        holds '"audiences":["vault"]' review '["vault","other"]'
        holds '"authenticated":false' review '["other"]'
        holds '"authenticated":false' review '[]'
        kubectl get --raw /openid/v1/jwks >"$work/keys"
        issuer=$(kubectl get --raw /.well-known/openid-configuration |
          python3 -c 'import json, sys; print(json.load(sys.stdin)["issuer"])')
        holds "$issuer" python3 "$work/verify.py" "$work/keys" "$for_vault" "$work"

        # A Secret of the old kind is a token until it goes.
        kubectl apply -f - <<END
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/service-account-token
        metadata: {name: old, annotations: {kubernetes.io/service-account.name: robot}}
        END
        written() { kubectl get secret old -o jsonpath='{.data.token}' | grep -q .; }
        eventually written
        old=$(kubectl get secret old -o jsonpath='{.data.token}' | base64 -d)
        holds system:serviceaccount:default:robot ask $old auth whoami
        kubectl delete secret old
        refuses ask $old auth whoami
        kubectl delete serviceaccount robot
        refuses ask $free auth whoami
        """#, name: "tokens")
  }

  @Test("certificates, tokens of the file and of bootstrap, others' names: each is who it says")
  func others() async throws {
    try await OwnCluster.run(
      Self.verify + #"""
        pki=/var/lib/martlet/pki
        holds jane ask from-the-file auth whoami
        holds readers ask from-the-file auth whoami
        refuses ask from-elsewhere auth whoami
        joining=$("$martlet" token create)
        joining=${joining%.*}
        holds system:bootstrap:${joining%.*} ask $joining auth whoami
        holds system:bootstrappers ask $joining auth whoami
        kubectl -n kube-system delete secret bootstrap-token-${joining%.*}
        refuses ask $joining auth whoami

        who=$(kubectl --as=jane --as-group=g --as-uid=u7 auth whoami -o yaml)
        for part in 'username: jane' '- g' 'uid: u7'; do holds "$part" echo "$who"; done
        # Not every kubectl has a flag for further fields.
        scoped() {
          curl -sS --fail --cacert $pki/ca.crt --cert $pki/admin.crt --key $pki/admin.key \
            -H 'Impersonate-User: jane' -H 'Impersonate-Extra-Scopes: reading' \
            -H 'Content-Type: application/json' -d '{}' \
            https://127.0.0.1:6443/apis/authentication.k8s.io/v1/selfsubjectreviews
        }
        holds '"extra":{"scopes":["reading"]}' scoped
        refuses ask from-the-file --as=joe get pods
        grep -q 'User "jane" cannot impersonate resource "users"' "$work/said"

        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /O=crew/CN=ann \
          -keyout "$work/ann.key" -out "$work/ann.csr" 2>/dev/null
        kubectl apply -f - <<END
        apiVersion: certificates.k8s.io/v1
        kind: CertificateSigningRequest
        metadata: {name: ann}
        spec:
          request: $(base64 -w0 "$work/ann.csr")
          signerName: kubernetes.io/kube-apiserver-client
          expirationSeconds: 600
          usages: [client auth]
        END
        kubectl certificate approve ann
        written() { kubectl get csr ann -o jsonpath='{.status.certificate}' | grep -q .; }
        eventually written
        kubectl get csr ann -o jsonpath='{.status.certificate}' | base64 -d >"$work/ann.crt"
        refuses openssl x509 -noout -checkend 700 -in "$work/ann.crt"
        ann="kubectl --kubeconfig /dev/null --server https://127.0.0.1:6443"
        ann="$ann --certificate-authority $pki/ca.crt"
        ann="$ann --client-certificate $work/ann.crt --client-key $work/ann.key"
        holds ann $ann auth whoami
        holds crew $ann auth whoami

        # Who shows nothing learns what probes need, and no more.
        status() { curl -sk -o /dev/null -w '%{http_code}' "https://127.0.0.1:6443$1"; }
        for path in /livez /readyz /version /cacerts; do holds 200 status $path; done
        for path in /api /apis /metrics /openapi/v2 /openid/v1/jwks /api/v1/namespaces; do
          holds 401 status $path
        done
        """#, name: "credentials", before: Self.tokenFile)
  }

  private static let tokenFile = #"""
    echo 'from-the-file,jane,u1,"readers"' >"$work/tokens"
    export MARTLET_TOKEN_FILE="$work/tokens"
    """#
}
