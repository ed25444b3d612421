import Foundation
import Testing

/// What breaks under a running server is told to those it concerns, costs nothing that was promised,
/// and heals when the cause is gone.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct RunningFaultTests {
  @Test("a full disk refuses writes with a Status, loses none that were taken, and recovers")
  func fullDisk() async throws {
    try await OwnCluster.run(
      #"""
      kubectl create configmap before --from-literal=a=1
      head -c 40000 /dev/zero | tr '\0' x >"$work/big"
      taken=0
      for n in $(seq 400); do
        kubectl create configmap big$n --from-file="$work/big" >"$work/said" 2>&1 || break
        taken=$n
      done
      test $taken -gt 0 -a $taken -lt 400
      grep -q 'the disk that holds /var/lib/martlet/store/store.sqlite is full; free some space' \
        "$work/said"
      # Once more, for the answer's form.
      status=$(kubectl create --raw /api/v1/namespaces/default/configmaps -f - 2>&1 <<END || true
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"},
       "data":{"a":"$(cat "$work/big")"}}
      END
      )
      case $status in *'is full'*) ;; *) echo "$status"; exit 1 ;; esac
      # Whatever needs no room goes on.
      holds '"a":"1"' kubectl get configmap before -o jsonpath={.data}
      test "$(kubectl get configmaps --no-headers | grep -c ^big)" = $taken
      refuses kubectl get configmap raw

      rm /var/lib/martlet/store/filler
      eventually kubectl create configmap after --from-literal=a=2
      kubectl delete configmap big1
      kill -KILL %1; wait %1 || true
      "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 &
      eventually kubectl get --raw /readyz
      test "$(kubectl get configmaps --no-headers | grep -c ^big)" = $((taken - 1))
      holds 1 kubectl get configmap before -o jsonpath={.data.a}
      holds 2 kubectl get configmap after -o jsonpath={.data.a}
      refuses kubectl get configmap raw
      grep -q 'writes fail' "$work/log"
      grep -q 'writes work again' "$work/log"
      """#, name: "full",
      before: #"""
        mkdir -p /var/lib/martlet/store
        mount -t tmpfs -o size=24m tmpfs /var/lib/martlet/store
        head -c 16M /dev/zero >/var/lib/martlet/store/filler
        """#)
  }

  @Test("a containerd that ends is started again; while it cannot be, the node says so")
  func containerd() async throws {
    try await OwnCluster.run(
      #"""
      kubectl run steady --image=example.test/busybox:1 --command -- busybox sleep 1000
      kubectl wait --for=condition=Ready pod/steady --timeout=60s
      runs() { kubectl get pod steady -o \
        jsonpath='{.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}'; }
      ready() { kubectl get node -o \
        jsonpath='{.items[0].status.conditions[?(@.type=="Ready")].status}: {.items[0].status.conditions[?(@.type=="Ready")].message}'; }
      first=$(runs)
      running() { pgrep -x containerd; }
      killed=$(running)
      kill -KILL $killed
      other() { test -n "$(running)" && test "$(running)" != $killed; }
      eventually other
      eventually holds talks kubectl exec steady -- sh -c 'echo talks'
      test "$first" = "$(runs)"

      place=$(readlink -f "$(command -v containerd)")
      mount --bind /dev/null "$place"
      kill -KILL $(running)
      eventually holds 'False: the container runtime does not answer' ready
      eventually grep -q 'containerd cannot be started' "$work/log"
      eventually holds not-ready kubectl get nodes -o jsonpath='{.items[0].spec.taints}'
      umount "$place"
      eventually holds True: ready
      eventually holds talks kubectl exec steady -- sh -c 'echo talks'
      test "$first" = "$(runs)"
      kubectl delete pod steady --now --timeout=30s
      """#, name: "containerd")
  }
}
