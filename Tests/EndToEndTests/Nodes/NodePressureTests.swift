import Foundation
import Testing

/// What becomes of a node whose disk runs full, seen with the real kubectl.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct NodePressureTests {
  @Test(
    "a full disk keeps new pods away, costs unused images, then the pod that fills it, and mends")
  func disk() async throws {
    try await OwnCluster.run(
      #"""
      node=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
      condition() { kubectl get node $node \
        -o jsonpath='{.status.conditions[?(@.type=="DiskPressure")].status} {.status.conditions[?(@.type=="DiskPressure")].message}'; }
      taints() { kubectl get node $node -o jsonpath='{range .spec.taints[*]}{.key}:{.effect} {end}'; }
      calm() { condition | grep -q ^False && test -z "$(taints)"; }
      pod() { # NAME COMMAND [MORE]
        kubectl create -f - <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: $1}
      spec:
        ${3:-}
        terminationGracePeriodSeconds: 0
        volumes: [{name: v, emptyDir: {}}]
        containers:
          - name: a
            image: example.test/busybox:1
            args: [sh, -c, "$2; exec busybox sleep 1000"]
            volumeMounts: [{name: v, mountPath: /v}]
      END
      }
      calm
      pod quiet 'busybox dd if=/dev/zero of=/v/some bs=1k count=100'
      kubectl wait --for=condition=Ready pod/quiet --timeout=60s

      # Somebody else fills the disk: no pod is to blame, and none goes.
      dd if=/dev/zero of=/var/lib/martlet/agent/others bs=1M count=50 status=none
      eventually holds 'True kubelet has disk pressure: nodefs.available is below 30%' condition
      eventually holds 'node.kubernetes.io/disk-pressure:NoSchedule' taints
      eventually holds EvictionThresholdMet kubectl events --for node/$node
      holds NodeHasDiskPressure kubectl events --for node/$node
      pod later true
      eventually holds 'had untolerated taint' kubectl get pod later \
        -o jsonpath='{.status.conditions[?(@.type=="PodScheduled")].message}'
      pod forced true "nodeName: $node"
      eventually holds 'Failed Evicted Pod was rejected: The node had condition: [DiskPressure]' \
        kubectl get pod forced -o jsonpath='{.status.phase} {.status.reason} {.status.message}'
      "$martlet" status >"$work/status" || true
      grep -q 'DiskPressure' "$work/status"; grep -q 'nodefs.available is below 30%' "$work/status"
      kubectl wait --for=condition=Ready pod/quiet --timeout=5s
      rm /var/lib/martlet/agent/others
      eventually calm
      kubectl wait --for=condition=Ready pod/later --timeout=30s

      # A pod fills it: it goes, and only it.
      pod greedy 'busybox dd if=/dev/zero of=/v/all bs=1M count=50'
      evicted() { test "$(kubectl get pod greedy -o jsonpath='{.status.phase} {.status.reason}')" = "Failed Evicted"; }
      eventually evicted
      holds 'low on resource: ephemeral-storage' kubectl get pod greedy -o jsonpath='{.status.message}'
      holds 'emptyDir volumes were using 50' kubectl get pod greedy -o jsonpath='{.status.message}'
      holds TerminationByKubelet kubectl get pod greedy \
        -o jsonpath='{.status.conditions[?(@.type=="DisruptionTarget")].reason}'
      holds Evicted kubectl events --for pod/greedy
      eventually calm
      kubectl wait --for=condition=Ready pod/quiet pod/later --timeout=5s
      holds ' 0' kubectl get pods quiet later \
        -o jsonpath='{range .items[*]} {.status.containerStatuses[0].restartCount}{end}'

      # Images run it full: what a registry could give again goes; what was imported stays.
      image() { # NAME
        "$martlet" image build --reference example.test/$1:1 --link /bin/$1=busybox \
          --file "$(command -v busybox)":/bin/busybox --output "$work/$1.tar" >/dev/null
        "$martlet" image import example.test/$1:1 "$work/$1.tar" --cgroup-root $group >/dev/null
      }
      images() { ctr --address /run/martlet/containerd/containerd.sock --namespace k8s.io images "$@"; }
      image imported; image pulled
      digest=$(images ls | awk '$1 == "example.test/pulled:1" { print $3 }')
      images tag example.test/pulled:1 example.test/pulled@$digest
      dd if=/dev/zero of=/var/lib/martlet/containerd/others bs=1M count=200 status=none
      eventually holds 'True kubelet has disk pressure: imagefs.available is below' condition
      gone() { images ls -q >"$work/images"; ! grep -q example.test/pulled "$work/images"; }
      eventually gone
      for kept in example.test/imported:1 example.test/busybox:1 martlet.local/pause:1; do
        grep -qx $kept "$work/images"
      done
      rm /var/lib/martlet/containerd/others
      eventually calm
      kubectl wait --for=condition=Ready pod/quiet pod/later --timeout=5s
      """#, name: "pressure",
      before: #"""
        export MARTLET_EVICTION_HARD='nodefs.available<30%,imagefs.available<48Mi'
        export MARTLET_EVICTION_TRANSITION_SECONDS=3 MARTLET_IMAGE_GC_MIN_AGE_SECONDS=0
        small() { mkdir -p $1; mount -t tmpfs -o size=$2 tmpfs $1; }
        small /var/lib/martlet/agent 64m
        small /var/lib/martlet/containerd 240m
        """#, limit: .seconds(300))
  }
}
