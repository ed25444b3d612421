import Foundation
import Testing

/// Priority and fairness as operators see it, with real clients.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct FairnessTests {
  @Test("kubectl shows the defaults, and a client that floods its level meets nobody but itself")
  func flood() async throws {
    try await OwnCluster.run(
      #"""
      shown() { kubectl get "$1" | tr -s ' '; }
      holds 'service-accounts workload-low 9000 ByUser' shown flowschemas
      settled() { test "$(kubectl get flowschemas --no-headers | grep -c ' False *$')" = 11; }
      eventually settled
      holds 'catch-all Limited 5 <none> <none> <none>' shown prioritylevelconfigurations
      holds 'system Limited 30 64 6 50' shown prioritylevelconfigurations
      # Defaults come back; those that are mandatory cannot be changed at all.
      kubectl delete flowschema probes
      eventually kubectl get flowschema probes
      refuses kubectl patch flowschema catch-all --type=merge -p '{"spec":{"matchingPrecedence":9000}}'
      kubectl apply -f - <<END
      apiVersion: flowcontrol.apiserver.k8s.io/v1
      kind: PriorityLevelConfiguration
      metadata: {name: little}
      spec:
        type: Limited
        limited:
          nominalConcurrencyShares: 1
          borrowingLimitPercent: 0
          limitResponse: {type: Queue, queuing: {queues: 8, handSize: 2, queueLengthLimit: 10}}
      ---
      apiVersion: flowcontrol.apiserver.k8s.io/v1
      kind: FlowSchema
      metadata: {name: little}
      spec:
        priorityLevelConfiguration: {name: little}
        matchingPrecedence: 450
        distinguisherMethod: {type: ByUser}
        rules:
        - subjects: [{kind: ServiceAccount, serviceAccount: {namespace: default, name: noisy}}]
          resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"]}]
      END
      kubectl create serviceaccount noisy; kubectl create serviceaccount calm
      kubectl create clusterrolebinding both --clusterrole=cluster-admin \
        --serviceaccount=default:noisy --serviceaccount=default:calm
      filling=x$(printf %01000d 0)
      for i in $(seq 300); do
        printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m%d"},"data":{"a":"%s"}}\n' $i $filling
      done >"$work/maps"
      kubectl create -f "$work/maps" >/dev/null
      ca="$work/ca"; kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}' \
        | base64 -d >"$ca"
      api=$(kubectl config view -o 'jsonpath={.clusters[0].cluster.server}')/api/v1/namespaces/default/configmaps
      as_noisy=(curl -s --cacert "$ca" -H "authorization: Bearer $(kubectl create token noisy)")
      as_calm=(curl -s --cacert "$ca" -H "authorization: Bearer $(kubectl create token calm)")
      # Two hundred connections that list and write.
      "${as_noisy[@]}" -Z --parallel-max 100 --http1.1 -o /dev/null -w '%{http_code}\n' "$api?[1-1000000]" >"$work/lists" 2>/dev/null &
      lister=$!
      "${as_noisy[@]}" -Z --parallel-max 100 --http1.1 -o /dev/null -w '%{http_code}\n' -X POST \
        -H 'content-type: application/json' -d '{"metadata":{"generateName":"n-"}}' "$api?a=[1-1000000]" >"$work/writes" 2>/dev/null &
      writer=$!
      sleep 2
      "${as_calm[@]}" -o /dev/null -w '%{http_code} %{time_total}\n' "$api/m[1-50]" >"$work/calm"
      sleep 2
      # It went on all the time.
      kill $lister $writer
      test "$(grep -c '^200 ' "$work/calm")" = 50
      sort -k2 -n "$work/calm" | sed -n 49p
      sort -k2 -n "$work/calm" | sed -n 49p | awk '{ exit !($2 < 1.5) }'
      sort "$work/lists" "$work/writes" | uniq -c
      test $(cat "$work/lists" "$work/writes" | grep -c 429) -gt 100
      test $(grep -c 200 "$work/lists") -gt 50
      test $(grep -c 201 "$work/writes") -gt 50
      holds ' Ready ' kubectl get nodes
      kubectl delete flowschema little; kubectl delete prioritylevelconfiguration little

      """#, name: "fairness")
  }
}
