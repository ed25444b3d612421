import Foundation
import Testing

/// What becomes of a node that falls silent, and of one that is emptied, seen with the real kubectl.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct NodeLifecycleTests {
  @Test("a silent node is unknown and tainted, and its pods go when they no longer put up with it")
  func silence() async throws {
    try await OwnCluster.run(
      #"""
      condition() { kubectl get node far -o jsonpath='{.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].reason}'; }
      taints() { kubectl get node far -o jsonpath='{range .spec.taints[*]}{.key}:{.effect} {end}'; }
      leaving() { kubectl get pod $1 -o jsonpath={.metadata.deletionTimestamp} | grep -q .; }
      # A second machine, of which this test is all there is.
      kubectl create -f - <<END
      {"apiVersion":"v1","kind":"Node","metadata":{"name":"far"}}
      END
      renew() {
        kubectl -n kube-node-lease patch lease far --type=merge \
          -p '{"spec":{"renewTime":"'$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)'"}}' >/dev/null
      }
      kubectl create -f - <<END
      {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
       "metadata":{"name":"far","namespace":"kube-node-lease"},
       "spec":{"holderIdentity":"far","leaseDurationSeconds":40}}
      END
      report() {
        kubectl patch node far --subresource=status -p '{"status":{"conditions":[{"type":"Ready",
          "status":"True","reason":"KubeletReady","message":"well"}]}}'
      }
      report
      eventually holds 'True KubeletReady' condition
      pod() { # NAME TOLERATIONS
        echo "---"
        echo "{apiVersion: v1, kind: Pod, metadata: {name: $1}, spec: {nodeName: far,
          containers: [{name: a, image: example.test/busybox:1}], tolerations: [$2]}}"
      }
      unreachable='key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute'
      {
        pod patient "{$unreachable, tolerationSeconds: 4}"
        pod faithful "{$unreachable}"
        pod ordinary ""
      } | kubectl apply -f -
      holds 300 kubectl get pod ordinary -o jsonpath='{.spec.tolerations[*].tolerationSeconds}'
      for pod in patient faithful ordinary; do
        kubectl patch pod $pod --subresource=status -p '{"status":{"phase":"Running",
          "conditions":[{"type":"Ready","status":"True"}]}}'
      done
      kubectl label pod faithful app=far
      kubectl expose pod faithful --port=80

      # While leases come, nothing happens: longer than the time after which a node is given up.
      for second in $(seq 13); do renew; sleep 1; done
      holds 'True KubeletReady' condition
      lost=$SECONDS
      eventually holds 'Unknown NodeStatusUnknown' condition
      test $((SECONDS - lost)) -ge 10
      holds NotReady kubectl get node far
      eventually holds 'node.kubernetes.io/unreachable:NoExecute' taints
      holds 'node.kubernetes.io/unreachable:NoSchedule' taints
      given=$SECONDS
      eventually holds False kubectl get pod faithful \
        -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}'
      eventually leaving patient
      test $((SECONDS - given)) -ge 2 -a $((SECONDS - given)) -le 8
      refuses leaving faithful
      refuses leaving ordinary
      holds NodeNotReady kubectl events --for node/far
      holds TaintManagerEviction kubectl events --for pod/patient

      # Heard of again, it is taken back.
      report; renew
      eventually holds 'True KubeletReady' condition
      no_taints() { test -z "$(taints)"; }
      eventually no_taints
      refuses leaving ordinary
      kubectl delete node far --timeout=20s
      gone() { ! kubectl get pod faithful; }
      kubectl delete pods --all --force --grace-period=0
      eventually gone
      """#, name: "silence", before: "export MARTLET_NODE_MONITOR_GRACE_SECONDS=12")
  }

  @Test("cordon and drain empty a node as far as they are allowed, and uncordon opens it")
  func drain() async throws {
    try await OwnCluster.run(
      #"""
      kubectl apply -f - <<END
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: held}
      spec:
        replicas: 2
        selector: {matchLabels: {app: held}}
        template:
          metadata: {labels: {app: held}}
          spec:
            terminationGracePeriodSeconds: 0
            volumes: [{name: scratch, emptyDir: {}}]
            containers:
              - name: a
                image: example.test/busybox:1
                args: [busybox, sleep, "1000"]
                volumeMounts: [{name: scratch, mountPath: /scratch}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: bare}
      spec:
        terminationGracePeriodSeconds: 0
        containers: [{name: a, image: example.test/busybox:1, args: [busybox, sleep, "1000"]}]
      END
      kubectl rollout status deployment/held --timeout=60s
      kubectl wait --for=condition=Ready pod/bare --timeout=60s
      node=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
      kubectl cordon $node
      holds SchedulingDisabled kubectl get node $node
      eventually holds node.kubernetes.io/unschedulable:NoSchedule \
        kubectl get node $node -o jsonpath='{range .spec.taints[*]}{.key}:{.effect}{end}'
      # What is cordoned keeps what it has.
      kubectl wait --for=condition=Ready pod/bare --timeout=5s

      refuses kubectl drain $node --timeout=20s
      grep -q 'declare no controller' "$work/said"
      grep -q 'with local storage' "$work/said"
      kubectl get pod bare
      kubectl drain $node --force --delete-emptydir-data --timeout=60s
      refuses kubectl get pod bare
      two() { test "$(kubectl get pods -l app=held --field-selector=status.phase=Pending \
        --no-headers 2>/dev/null | wc -l)" = 2; }
      eventually two
      holds 'were unschedulable' kubectl events
      kubectl uncordon $node
      kubectl rollout status deployment/held --timeout=60s
      kubectl delete deployment held --timeout=30s
      """#, name: "drain")
  }
}
