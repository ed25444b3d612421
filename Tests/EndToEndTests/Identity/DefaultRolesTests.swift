import Foundation
import Testing

/// The rights that a cluster begins with, as they are after somebody had their hands in them.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct DefaultRolesTests {
  @Test("a start brings back what default roles lost, but for those that are left alone")
  func mended() async throws {
    try await OwnCluster.run(
      #"""
      server=$!
      rules() { kubectl get clusterrole $1 -o jsonpath='{.rules}'; }
      subjects() { kubectl get clusterrolebinding $1 -o jsonpath='{.subjects[*].name}'; }
      holds selfsubjectreviews rules system:basic-user
      holds jane kubectl --as=jane auth whoami

      # Lost: rules, subjects, a role, a binding. Kept back: one of each. Given in addition: a rule.
      kubectl patch clusterrole system:basic-user --type=merge -p '{"rules":[]}'
      kubectl patch clusterrolebinding system:discovery --type=merge -p '{"subjects":[]}'
      kubectl delete clusterrole system:node-proxier
      kubectl delete clusterrolebinding system:kube-scheduler
      for object in clusterrole/system:monitoring clusterrolebinding/system:public-info-viewer; do
        kubectl annotate --overwrite $object rbac.authorization.kubernetes.io/autoupdate=false
      done
      kubectl patch clusterrole system:monitoring --type=merge -p '{"rules":[]}'
      kubectl patch clusterrolebinding system:public-info-viewer --type=merge -p '{"subjects":[]}'
      kubectl patch clusterrole system:kube-scheduler --type=json -p \
        '[{"op":"add","path":"/rules/-","value":{"apiGroups":["example.com"],"resources":["things"],"verbs":["get"]}}]'
      kubectl -n kube-system patch role extension-apiserver-authentication-reader --type=merge -p '{"rules":[]}'
      refuses kubectl --as=jane auth whoami
      # Nothing mends them while the server runs: an administrator may need that.
      test -z "$(subjects system:discovery)"

      kill $server; wait $server || true
      "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 &
      server=$!
      eventually kubectl get --raw /readyz
      eventually holds jane kubectl --as=jane auth whoami
      for kind in selfsubjectaccessreviews selfsubjectrulesreviews selfsubjectreviews; do
        holds $kind rules system:basic-user
      done
      holds system:authenticated subjects system:discovery
      holds endpointslices rules system:node-proxier
      holds system:kube-scheduler subjects system:kube-scheduler
      holds extension-apiserver-authentication kubectl -n kube-system get role \
        extension-apiserver-authentication-reader -o jsonpath='{.rules}'
      holds things rules system:kube-scheduler
      holds bindings rules system:kube-scheduler
      # Those that are left alone are as they were left.
      case "$(rules system:monitoring)" in ''|'[]') ;; *) false;; esac
      test -z "$(subjects system:public-info-viewer)"
      kubectl annotate --overwrite clusterrole/system:monitoring rbac.authorization.kubernetes.io/autoupdate=true
      kill $server; wait $server || true
      "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 &
      eventually kubectl get --raw /readyz
      eventually holds metrics rules system:monitoring

      """#, name: "defaultroles")
  }

  @Test(
    "no request can name the signer kubernetes.io/legacy-unknown, and nobody signs for it",
    .enabled(
      if: OwnMachine.missing(also: ["openssl"]).isEmpty,
      "needs \(OwnMachine.missing(also: ["openssl"]).joined(separator: ", "))"))
  func legacySigner() async throws {
    try await OwnCluster.run(
      #"""
      openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ann \
        -keyout "$work/ann.key" -out "$work/ann.csr" 2>/dev/null
      request() { # SIGNER
        printf '{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest",
          "metadata":{"name":"ann"},"spec":{"request":"%s","signerName":"%s","usages":["client auth"]}}' \
          $(base64 -w0 "$work/ann.csr") $1
      }
      request kubernetes.io/legacy-unknown >"$work/legacy.json"
      request kubernetes.io/kube-apiserver-client >"$work/good.json"
      refuses kubectl create -f "$work/legacy.json"
      grep -q 'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version' \
        "$work/said"
      kubectl create --dry-run=server -f "$work/good.json"
      refuses kubectl get csr ann
      # Nor does one become such a request later.
      kubectl create -f "$work/good.json"
      kubectl patch csr ann --type=merge -p '{"spec":{"signerName":"kubernetes.io/legacy-unknown"}}' || true
      holds kubernetes.io/kube-apiserver-client kubectl get csr ann -o jsonpath='{.spec.signerName}'
      # The role for its approvers is there, as tools expect.
      holds kubernetes.io/legacy-unknown kubectl get clusterrole \
        system:certificates.k8s.io:legacy-unknown-approver -o jsonpath='{.rules[*].resourceNames}'
      # One that may approve for it alone may not approve for others.
      kubectl create clusterrolebinding legacy --user=bob \
        --clusterrole=system:certificates.k8s.io:legacy-unknown-approver
      kubectl create clusterrole csr-approval --verb=get,update --resource=certificatesigningrequests,certificatesigningrequests/approval
      kubectl create clusterrolebinding csr-approval --user=bob --clusterrole=csr-approval
      refuses kubectl --as=bob certificate approve ann
      grep -q 'user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"' "$work/said"
      kubectl certificate approve ann
      written() { kubectl get csr ann -o jsonpath='{.status.certificate}' | grep -q .; }
      eventually written

      """#, name: "legacysigner")
  }
}
