import Foundation
import Testing

/// Who may do what, as the real kubectl shows and changes it.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct KubectlAccessTests {
  @Test("rights are given, reviewed, reconciled and taken", arguments: Kubectl.all)
  func access(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      #"""
      kubectl create namespace shop
      eventually kubectl -n shop get serviceaccount default
      refuses kubectl --as=jane -n shop get pods
      grep -q 'User "jane" cannot list resource "pods" in API group "" in the namespace "shop"' "$work/said"
      kubectl -n shop create rolebinding jane --clusterrole=view --user=jane
      kubectl --as=jane -n shop get pods
      refuses kubectl --as=jane -n shop get secrets
      refuses kubectl --as=jane get pods
      holds yes kubectl auth can-i get pods --subresource=log -n shop --as=jane
      holds configmaps kubectl auth can-i --list -n shop --as=jane
      kubectl -n shop delete rolebinding jane
      refuses kubectl --as=jane -n shop get pods

      kubectl create clusterrole pod-reader --verb=get,list --resource=pods
      kubectl label clusterrole pod-reader rbac.authorization.k8s.io/aggregate-to-view=true
      kubectl create clusterrole node-reader --verb=list --resource=nodes
      kubectl label clusterrole node-reader rbac.authorization.k8s.io/aggregate-to-view=true
      kubectl create clusterrolebinding viewers --clusterrole=view --group=viewers
      eventually kubectl --as=joe --as-group=viewers get nodes

      cat >"$work/role.yaml" <<END
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: secrets, namespace: shop}
      rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
      END
      holds reconciled kubectl auth reconcile -f "$work/role.yaml"
      kubectl -n shop create rolebinding admin --clusterrole=admin --user=mary
      kubectl --as=mary -n shop create role more --verb=get --resource=secrets
      refuses kubectl --as=mary -n shop create role all --verb='*' --resource='*'
      grep -q 'attempting to grant RBAC permissions not currently held' "$work/said"

      shown="kubectl config view --raw -o jsonpath={.clusters[0].cluster"
      server=$($shown.server})
      $shown.certificate-authority-data} | base64 -d >"$work/ca.crt"
      token=$(kubectl -n shop create token default)
      robot="kubectl --kubeconfig=/dev/null --server=$server --certificate-authority=$work/ca.crt"
      robot="$robot --token=$token"
      holds system:serviceaccount:shop:default $robot auth whoami
      refuses $robot -n shop get pods
      kubectl -n shop create rolebinding robot --clusterrole=view --serviceaccount=shop:default
      $robot -n shop get pods
      kubectl -n shop delete serviceaccount default
      refuses $robot -n shop get pods

      eventually kubectl -n shop get serviceaccount default
      kubectl label namespace shop pod-security.kubernetes.io/enforce=baseline
      refuses kubectl -n shop run p --image=i --overrides='{"apiVersion":"v1","spec":{"hostNetwork":true}}'
      grep -q 'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)' "$work/said"
      """#, name: "access", kubectl: kubectl)
  }
}
