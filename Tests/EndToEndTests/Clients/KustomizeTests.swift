import Foundation
import Testing

/// A base and an overlay (`Kustomize`), as the kustomize inside kubectl makes objects of them.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct KustomizeTests {
  @Test(
    "an overlay is applied, told apart from what runs, changed, pruned and deleted",
    arguments: Kubectl.all)
  func overlay(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      "cp -r \(FetchedClients.files)/Kustomize $work\n"
        + #"""
        cd $work/Kustomize
        kubectl create namespace orchard
        kubectl config set-context --current --namespace orchard
        holds 'name: autumn-menu-' kubectl kustomize autumn
        holds 'service/autumn-stand created (server dry run)' \
          kubectl apply -k autumn --dry-run=server
        kubectl apply -k autumn
        kubectl rollout status deployment/autumn-stand --timeout=60s
        eventually holds cider kubectl logs deployment/autumn-stand
        holds '[{"port":8080,"protocol":"TCP","targetPort":8080}]' \
          kubectl get service autumn-stand -o 'jsonpath={.spec.ports}'
        kubectl diff -k autumn

        # Other content has another name, which rolls the deployment; the old one is pruned.
        sed -i s/cider/must/ autumn/kustomization.yaml
        refuses kubectl diff -k autumn
        holds '+  drink: must' cat $work/said
        kubectl apply -k autumn --prune -l app=stand
        kubectl rollout status deployment/autumn-stand --timeout=60s
        eventually holds must kubectl logs deployment/autumn-stand
        menus=$(kubectl get configmap -l app=stand -o 'jsonpath={.items[*].data}')
        test "$menus" = '{"drink":"must"}'

        kubectl apply -k autumn --server-side --force-conflicts
        kubectl delete -k autumn --timeout=60s
        holds 'No resources found' \
          kubectl get deployment,service,secret,configmap -l app=stand
        """#, name: "kustomize", kubectl: kubectl)
  }
}
