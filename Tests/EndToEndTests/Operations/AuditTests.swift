import Foundation
import Testing

/// The audit log of a real server, as its operator finds it.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct AuditTests {
  @Test("what kubectl does is in the audit log, a line each, and no secret is")
  func log() async throws {
    try await OwnCluster.run(
      #"""
      log=$work/audit/audit.log
      kubectl create configmap written --from-literal=key=value
      kubectl create secret generic hidden --from-literal=password=hush-hush
      kubectl run stopped --image=example.test/busybox:1 --restart=Never -- sh -c 'echo hi'
      kubectl delete configmap written
      refuses kubectl get pods --as=jane
      about() { grep "\"requestURI\":\"[^\"]*/$1" $log; }
      holds '"verb":"create"' about configmaps
      holds '"key":"value"' about configmaps
      holds '"userAgent":"kubectl' about configmaps
      holds '"verb":"delete"' about configmaps/written
      holds '"level":"Metadata"' about secrets
      holds '"impersonatedUser":{"username":"jane"' about pods
      holds '"authorization.k8s.io/decision":"forbid"' about pods
      refuses grep -q hush-hush $log
      refuses grep -q "$(printf hush-hush | base64)" $log
      refuses grep -q '"stage":"RequestReceived"' $log
      test "$(stat -c %a $log)" = 600
      # Each line is a whole event.
      test "$(grep -c '^{"kind":"Event","apiVersion":"audit.k8s.io/v1".*}$' $log)" = "$(wc -l <$log)"
      """#, name: "audit",
      before: #"""
        cat >"$work/policy.yaml" <<END
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - {level: None, users: ["system:apiserver"]}
        - {level: None, userGroups: ["system:nodes"]}
        - {level: Request, verbs: [create, update, patch, delete]}
        - {level: Metadata}
        END
        export MARTLET_AUDIT_POLICY_FILE=$work/policy.yaml MARTLET_AUDIT_LOG_PATH=$work/audit/audit.log
        """#)
  }
}
