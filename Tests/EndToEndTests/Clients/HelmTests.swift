import Foundation
import Testing

/// A chart with a kind of its own and hooks (`Chart`), through the releases that Helm makes of it.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: FetchedClients.missingForHelm.isEmpty,
    "needs \(FetchedClients.missingForHelm.joined(separator: ", "))"))
struct HelmTests {
  @Test("Helm installs, tests, upgrades, rolls back and removes a chart")
  func releases() async throws {
    try await OwnCluster.run(
      "helm=\(FetchedClients.helm.path) chart=\(FetchedClients.files)/Chart\n"
        + #"""
        stand() { local verb=$1; shift; $helm $verb corner --namespace market "$@"; }
        $helm lint $chart
        $helm install corner $chart --namespace market --create-namespace --wait --timeout 60s
        kubectl config set-context --current --namespace market
        holds 'STATUS: deployed' stand status
        holds 'prepared 1' kubectl logs job/corner-prepare
        kubectl get recipe lemon
        holds lemonade stand test --logs --timeout 60s

        stand upgrade $chart --wait --timeout 60s \
          --set greeting=limeade,replicas=2 --set 'flavours={lime,mint}'
        holds 2 kubectl get deployment corner -o 'jsonpath={.status.readyReplicas}'
        kubectl get recipe lime mint
        refuses kubectl get recipe lemon
        holds limeade stand test --logs --timeout 60s

        # A release that cannot work is undone.
        refuses stand upgrade $chart --rollback-on-failure --timeout 5s --set image=example.test/none:1
        holds 'has been rolled back' cat $work/said
        holds 'Rollback to 2' stand history
        holds limeade kubectl get configmap corner -o 'jsonpath={.data.index\.html}'

        stand rollback 1 --wait --timeout 60s
        holds lemonade kubectl get configmap corner -o 'jsonpath={.data.index\.html}'
        kubectl get recipe lemon
        holds '"revision":"5"' $helm list --namespace market --output json
        $helm get manifest corner --namespace market >$work/manifest
        kubectl diff -f $work/manifest

        stand uninstall --wait --timeout 60s
        holds 'No resources found' \
          kubectl get all,configmap,recipes,secrets -l app.kubernetes.io/instance=corner
        holds '[]' $helm list --namespace market --output json
        # Helm leaves kinds alone: what others made of them would go with them.
        kubectl get crd recipes.stand.example.com
        """#, name: "helm")
  }
}
