import Foundation
import Testing

/// Load, what is told of it, and what follows from it, with real containers.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct AutoscalingTests {
  @Test("a busy Deployment grows and shrinks again, and top tells of it")
  func load() async throws {
    let more = Kubectl.all.map(\.path).joined(separator: " ")
    try await OwnCluster.run(
      #"""
      mkdir "$work/load"; touch "$work/load/on"
      cat >"$work/busy.yaml" <<END
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: busy}
      spec:
        selector: {matchLabels: {app: busy}}
        template:
          metadata: {labels: {app: busy}}
          spec:
            terminationGracePeriodSeconds: 0
            containers:
            - name: c
              image: example.test/busybox:1
              resources: {requests: {cpu: 20m}, limits: {cpu: 100m}}
              command: [sh, -c, "while :; do if [ -e /load/on ]; then i=0; while [ \$i -lt 9999 ]; do i=\$((i+1)); done; else /bin/busybox sleep 1; fi; done"]
              volumeMounts: [{name: load, mountPath: /load}]
            volumes: [{name: load, hostPath: {path: $work/load}}]
      ---
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: busy}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: busy}
        maxReplicas: 3
        metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 100}}}]
        behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
      END
      kubectl apply -f "$work/busy.yaml"
      kubectl rollout status deployment busy --timeout=60s
      grown() { test "$(kubectl get deployment busy -o jsonpath={.status.readyReplicas})" = 3; }
      shrunk() { test "$(kubectl get deployment busy -o jsonpath={.spec.replicas})" = 1; }
      for step in 1 2 3 4; do grown && break; (eventually grown) || true; done; grown
      holds SuccessfulRescale kubectl get events
      holds 'busy   Deployment/busy   cpu: ' kubectl get hpa
      for tool in \#(more); do
        holds m $tool top pods -l app=busy --no-headers
        holds % $tool top nodes --no-headers
        holds ' c ' $tool top pod --containers --no-headers
      done
      node=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
      holds container_cpu_usage_seconds_total kubectl get --raw /api/v1/nodes/$node/proxy/metrics/resource
      holds usageNanoCores kubectl get --raw /api/v1/nodes/$node/proxy/stats/summary
      rm "$work/load/on"
      for step in 1 2 3 4; do shrunk && break; (eventually shrunk) || true; done; shrunk
      holds 'All metrics below target' kubectl get events

      """#, name: "autoscaling")
  }
}
