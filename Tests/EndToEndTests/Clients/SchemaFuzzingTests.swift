import Foundation
import Testing

/// schemathesis makes requests out of the published OpenAPI v3, sound ones and damaged ones.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: FetchedClients.missingForPython.isEmpty,
    "needs \(FetchedClients.missingForPython.joined(separator: ", "))"))
struct SchemaFuzzingTests {
  /// So that a failure comes again.
  private static let seed = 1

  @Test(
    "no request that the published schema gives rise to makes the server fail",
    arguments: [
      ["api/v1"],
      ["apis/apps/v1", "apis/batch/v1", "apis/networking.k8s.io/v1"],
      [
        "apis/apiextensions.k8s.io/v1", "apis/admissionregistration.k8s.io/v1",
        "apis/rbac.authorization.k8s.io/v1", "apis/authorization.k8s.io/v1",
      ],
    ])
  func documents(paths: [String]) async throws {
    let seconds = 20 / paths.count
    try await OwnCluster.run(
      """
      python=\(FetchedClients.python.path)/bin/python
      seed=\(Self.seed) seconds=\(seconds) documents="\(paths.joined(separator: " "))"
      export PYTHONPATH=\(FetchedClients.files)/Programs PYTHONDONTWRITEBYTECODE=1

      """
        + #"""
        export SCHEMATHESIS_HOOKS=fuzzing_hooks
        set +x
        credential() { kubectl config view --raw -o "jsonpath={.users[0].user.$1}" | base64 -d; }
        credential client-certificate-data >$work/certificate.pem
        credential client-key-data >$work/key.pem
        server=$(kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.server}')
        cd $work
        for document in $documents; do
          kubectl get --raw /openapi/v3/$document >$work/document.json
          $python -m schemathesis.cli run $work/document.json --url $server --tls-verify false \
            --request-cert $work/certificate.pem --request-cert-key $work/key.pem \
            --checks no_server_error --phases fuzzing --seed $seed --max-time $seconds \
            --request-timeout 20 --suppress-health-check all --no-shrink --warnings off \
            >$work/fuzzing 2>&1 || { tail -c 2500 $work/fuzzing; exit 1; }
          grep -E ' generated, .* passed' $work/fuzzing
        done
        # What was sent has left a server that works.
        kubectl get --raw /readyz
        kubectl create configmap after --from-literal=a=1
        """#, name: "fuzzing")
  }
}
