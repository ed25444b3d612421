import Foundation
import Testing

/// Volumes of the default class, seen with the real kubectl and on real containers.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct LocalPathTests {
  @Test("a claim gets a directory with its first pod, grows, outlives pods, and goes when unused")
  func claim() async throws {
    try await OwnCluster.run(
      #"""
      holds 'local-path (default)' kubectl get storageclass
      kubectl apply -f - <<END
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
      END
      holds 'local-path' kubectl get pvc data -o jsonpath='{.spec.storageClassName}'
      holds 'pvc-protection' kubectl get pvc data -o jsonpath='{.metadata.finalizers}'
      eventually holds 'waiting for first consumer' kubectl describe pvc data
      holds Pending kubectl get pvc data
      pod() { # NAME COMMAND
        kubectl apply -f - <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: $1}
      spec:
        terminationGracePeriodSeconds: 0
        securityContext: {fsGroup: 4321, runAsUser: 1000}
        containers:
        - name: a
          image: example.test/busybox:1
          command: [sh, -c, "$2"]
          volumeMounts:
          - {name: data, mountPath: /data}
          - {name: data, mountPath: /part, subPath: a/b}
        volumes:
        - {name: data, persistentVolumeClaim: {claimName: data}}
      END
      }
      pod writer 'echo kept > /data/file; echo part > /part/file; exec busybox sleep 1000'
      kubectl wait --for=condition=Ready pod/writer --timeout=30s
      holds Bound kubectl get pvc data
      volume=$(kubectl get pvc data -o jsonpath='{.spec.volumeName}')
      holds 'default/data' kubectl get pv $volume
      holds 'Used By:       writer' kubectl describe pvc data
      holds 'kubernetes.io/hostname in' kubectl describe pv $volume
      holds 'Bound' kubectl get pv $volume -o jsonpath='{.status.phase}'
      path=$(kubectl get pv $volume -o jsonpath='{.spec.local.path}')
      holds "/var/lib/martlet/volumes/$volume" echo $path
      eventually holds kept cat $path/file
      holds part cat $path/a/b/file
      holds '4321 2777' stat -c '%g %a' $path
      holds 4321 stat -c %g $path/file

      # It grows where its class lets it, and nothing else of it changes.
      kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"20Mi"}}}}'
      eventually holds 20Mi kubectl get pvc data -o jsonpath='{.status.capacity.storage}'
      holds 20Mi kubectl get pv $volume -o jsonpath='{.spec.capacity.storage}'
      refuses kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"5Mi"}}}}'
      grep -q 'field can not be less than status.capacity' $work/said
      refuses kubectl patch pvc data -p '{"spec":{"accessModes":["ReadWriteMany"]}}'
      grep -q 'spec is immutable after creation' $work/said

      # What was written is there for the next pod.
      kubectl delete pod writer --timeout=20s
      pod reader 'busybox cat /data/file; exec busybox sleep 1000'
      kubectl wait --for=condition=Ready pod/reader --timeout=30s
      holds kept kubectl logs reader

      # A claim in use stays until its pod is gone; then its directory goes with it.
      kubectl delete pvc data --wait=false
      holds Terminating kubectl get pvc data
      sleep 1
      holds Terminating kubectl get pvc data
      test -e $path/file
      kubectl delete pod reader --timeout=20s
      gone() { ! kubectl get "$@"; }
      eventually gone pvc data
      eventually gone pv $volume
      test ! -e $path

      """#, name: "local-path")
  }

  @Test("a stateful set's pods find their data again, and its policy takes the claims along")
  func statefulSet() async throws {
    try await OwnCluster.run(
      #"""
      set_of() { # POLICY
        kubectl apply -f - <<END
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db}
      spec:
        serviceName: db
        replicas: 2
        persistentVolumeClaimRetentionPolicy: {whenDeleted: $1, whenScaled: Delete}
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec:
            terminationGracePeriodSeconds: 0
            containers:
            - name: a
              image: example.test/busybox:1
              command: [sh, -c, "busybox hostname >> /data/names; exec busybox sleep 1000"]
              volumeMounts: [{name: data, mountPath: /data}]
        volumeClaimTemplates:
        - metadata: {name: data}
          spec: {accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1Mi}}}
      END
      }
      set_of Delete
      kubectl rollout status statefulset/db --timeout=60s
      holds 'data-db-1' kubectl get pvc
      uid=$(kubectl get pod db-0 -o jsonpath='{.metadata.uid}')
      kubectl delete pod db-0 --timeout=20s
      another() { test "$(kubectl get pod db-0 -o jsonpath='{.metadata.uid}')" != "$uid"; }
      eventually another
      kubectl wait --for=condition=Ready pod/db-0 --timeout=30s
      holds "db-0
      db-0" kubectl exec db-0 -- busybox cat /data/names

      gone() { ! kubectl get "$@"; }
      kubectl scale statefulset db --replicas=1
      eventually gone pvc data-db-1
      holds data-db-0 kubectl get pvc
      kubectl delete statefulset db --timeout=20s
      eventually gone pvc data-db-0
      none() { test -z "$(kubectl get pv -o name)" -a -z "$(ls -A /var/lib/martlet/volumes)"; }
      eventually none

      """#, name: "stateful-volumes")
  }

  @Test("volumes made by hand: bound by size, name and place, kept or reclaimed as they say")
  func byHand() async throws {
    try await OwnCluster.run(
      #"""
      node=$(kubectl get node -o jsonpath='{.items[0].metadata.name}')
      mkdir -p /var/lib/disks/far /var/lib/disks/near
      volume() { # NAME SIZE CLASS HOSTNAME POLICY
        kubectl apply -f - <<END
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: $1, labels: {disk: $1}}
      spec:
        capacity: {storage: $2}
        accessModes: [ReadWriteOnce]
        storageClassName: $3
        persistentVolumeReclaimPolicy: $5
        local: {path: /var/lib/disks/$1}
        nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
          {key: kubernetes.io/hostname, operator: In, values: [$4]}]}]}}
      END
      }
      claim() { # NAME SIZE CLASS MORE
        kubectl apply -f - <<END
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: $1}
      spec: {accessModes: [ReadWriteOnce], storageClassName: "$3", resources: {requests: {storage: $2}} ${4:-}}
      END
      }
      pod() { # NAME CLAIM
        kubectl apply -f - <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: $1}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
        - {name: a, image: example.test/busybox:1, command: [sh, -c, "exec busybox sleep 1000"],
           volumeMounts: [{name: v, mountPath: /v}]}
        volumes: [{name: v, persistentVolumeClaim: {claimName: $2}}]
      END
      }
      # At once, to the smallest that fits.
      volume far 2Gi "\"\"" elsewhere Retain
      volume near 5Gi "\"\"" $node Retain
      eventually holds Available kubectl get pv far
      claim small 1Gi ""
      eventually holds far kubectl get pvc small -o jsonpath='{.spec.volumeName}'
      holds 2Gi kubectl get pvc small
      pod stranded small
      eventually holds "didn't match PersistentVolume's node affinity" kubectl describe pod stranded

      claim large 4Gi "" ", volumeName: near"
      eventually holds Bound kubectl get pvc large
      claim none 9Gi ""
      eventually holds 'no persistent volumes available for this claim and no storage class is set' \
        kubectl describe pvc none
      pod waiting none
      eventually holds 'pod has unbound immediate PersistentVolumeClaims' kubectl describe pod waiting
      pod orphan nowhere
      eventually holds 'persistentvolumeclaim "nowhere" not found' kubectl describe pod orphan

      # Released volumes of policy Retain are given to nobody else.
      kubectl delete pvc large --timeout=20s
      eventually holds Released kubectl get pv near
      kubectl delete pv near --timeout=20s
      test -d /var/lib/disks/near

      # With the first pod: only the volume on a node that there is will do.
      kubectl apply -f - <<END
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: hand}
      provisioner: kubernetes.io/no-provisioner
      volumeBindingMode: WaitForFirstConsumer
      END
      kubectl delete pod stranded --timeout=20s
      kubectl delete pvc small --timeout=20s
      kubectl delete pv far --timeout=20s
      volume far 1Gi hand elsewhere Delete
      claim late 1Gi hand
      pod first late
      eventually holds "didn't find available persistent volumes to bind" kubectl describe pod first
      volume near 3Gi hand $node Delete
      kubectl wait --for=condition=Ready pod/first --timeout=40s
      holds near kubectl get pvc late -o jsonpath='{.spec.volumeName}'
      kubectl delete pod first --timeout=20s
      kubectl delete pvc late --timeout=20s
      # Nobody knows how to remove what a user made.
      eventually holds Failed kubectl get pv near
      holds 'error getting deleter volume plugin' kubectl describe pv near

      # What cannot be made says what to change.
      kubectl apply -f - <<END
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: shared}
      spec: {accessModes: [ReadWriteMany], storageClassName: local-path, resources: {requests: {storage: 1Mi}}}
      END
      pod sharing shared
      eventually holds 'ReadWriteOnce or ReadWriteOncePod' kubectl describe pvc shared

      # A pod's own claim comes and goes with it.
      kubectl apply -f - <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: own}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
        - {name: a, image: example.test/busybox:1, command: [sh, -c, "exec busybox sleep 1000"],
           volumeMounts: [{name: scratch, mountPath: /s}]}
        volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}}
      END
      kubectl wait --for=condition=Ready pod/own --timeout=30s
      holds Bound kubectl get pvc own-scratch
      kubectl delete pod own --timeout=20s
      gone() { ! kubectl get "$@"; }
      eventually gone pvc own-scratch

      """#, name: "volumes-by-hand")
  }
}
