import Foundation
import Testing

/// What people get wrong in their applications, and what their nodes run out of: each is told once
/// with its fix, harms nobody else, and is over when its cause is gone.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct ApplicationFaultTests {
  /// Steps' own functions: `tells WORDS` asks `martlet status`; `serves` asks an application with which
  /// nothing is wrong.
  private static let functions = #"""
    tells() { "$martlet" status >"$work/status" 2>&1 </dev/null || true; grep -qF -- "$1" "$work/status" || { cat "$work/status"; return 1; }; }
    events() { kubectl get events -o jsonpath='{range .items[*]}{.involvedObject.name}: {.message}{"\n"}{end}'; }
    serves() { test "$(curl -sS --max-time 5 http://198.51.100.7:8080/)" = steady; }
    # IMAGE NAME COMMAND [MORE]: a Deployment of one.
    deployment() {
      kubectl apply -f - <<END
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: $2}
    spec:
      selector: {matchLabels: {app: $2}}
      template:
        metadata: {labels: {app: $2}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: c
            image: $1
            command: [sh, -c, "$3"]
            ${4:-}
    END
    }

    """#

  @Test(
    "claims, images, probes, selectors and ports that are wrong are told, harm nobody, and heal")
  func application() async throws {
    try await OwnCluster.run(
      Self.functions + #"""
        # A load balancer's address is the node's own.
        deployment example.test/busybox:1 steady 'mkdir /www; echo steady >/www/index.html; exec busybox httpd -f -p 80 -h /www'
        kubectl expose deployment steady --type=LoadBalancer --port=8080 --target-port=80
        eventually holds 198.51.100.7 kubectl get service steady
        kubectl rollout status deployment/steady --timeout=60s
        eventually serves

        # All at once: they get in nobody's way.
        kubectl create service loadbalancer second --tcp=8080:80
        kubectl create service loadbalancer shell --tcp=22:80
        deployment 127.0.0.1:1/later:1 late 'exec busybox sleep 1000'
        deployment example.test/busybox:1 unready 'exec busybox sleep 1000' \
          'readinessProbe: {periodSeconds: 1, exec: {command: [busybox, test, -e, /tmp-ok]}}'
        deployment example.test/busybox:1 killed 'exec busybox sleep 1000' \
          'livenessProbe: {periodSeconds: 1, failureThreshold: 1, exec: {command: [busybox, test, -e, /none]}}'
        deployment example.test/busybox:1 stuck 'exec busybox sleep 1000'
        kubectl patch deployment stuck --type=json -p '[{"op":"add","path":"/spec/template/spec/volumes",
          "value":[{"name":"v","persistentVolumeClaim":{"claimName":"later"}}]}]'
        kubectl create service clusterip lost --tcp=80:80
        for claim in 'later classy 1Mi' 'large local-path 900Pi'; do
          set -- $claim
          kubectl apply -f - <<END
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: $1}
        spec: {storageClassName: $2, accessModes: [ReadWriteOnce], resources: {requests: {storage: $3}}}
        END
        done
        kubectl run large --image=example.test/busybox:1 --overrides='{"spec":{"volumes":[
          {"name":"v","persistentVolumeClaim":{"claimName":"large"}}]}}' --command -- busybox sleep 1000

        eventually holds 'second: 8080/TCP of the nodes is taken by Service default/steady: choose another spec.ports[port=8080].port' events
        eventually holds "shell: 22/TCP of the nodes belongs to the nodes' own SSH: choose another" events
        eventually holds 'Readiness probe failed' events
        eventually tells 'cannot get its image 127.0.0.1:1/later:1'
        eventually tells 'there is no StorageClass classy'
        eventually tells 'PersistentVolumeClaim default/large'
        tells 'make the claim anew with other spec.resources.requests.storage'
        eventually tells 'no pod in default has the labels app=lost'
        eventually tells 'its node ends it since its livenessProbe fails'
        tells 'change spec.template.spec.containers[name=c].livenessProbe of Deployment default/killed'
        serves

        # Each cause goes; nobody touches what waited for that.
        kubectl delete service steady
        eventually holds 198.51.100.7 kubectl get service second
        kubectl delete service second
        kubectl expose deployment steady --type=LoadBalancer --port=8080 --target-port=80
        "$martlet" image build --reference 127.0.0.1:1/later:1 \
          --file "$(command -v busybox)":/bin/busybox --link /bin/sh=busybox --output "$work/later.tar"
        "$martlet" image import 127.0.0.1:1/later:1 "$work/later.tar" --cgroup-root $group
        kubectl exec deployment/unready -- busybox touch /tmp-ok
        kubectl get storageclass local-path -o json |
          python3 -c 'import json, sys; c = json.load(sys.stdin); c["metadata"] = {"name": "classy"}; print(json.dumps(c))' |
          kubectl create -f -
        kubectl patch deployment killed --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/livenessProbe"}]'
        kubectl label pod -l app=stuck app=lost --overwrite
        for name in late unready killed stuck steady; do
          kubectl rollout status deployment/$name --timeout=60s
        done
        holds Bound kubectl get pvc later
        reached() { test -n "$(kubectl get endpoints lost -o jsonpath='{.subsets[*].addresses[*].ip}')"; }
        eventually reached
        eventually serves
        kubectl patch service shell --type=json -p '[{"op":"replace","path":"/spec/type","value":"ClusterIP"}]'
        kubectl delete pod large --now
        kubectl delete pvc large
        kubectl delete service lost shell
        well() { "$martlet" status >"$work/status" 2>&1 </dev/null || { cat "$work/status"; return 1; }; }
        eventually well
        """#, name: "faults")
  }

  @Test("a range of Services that is full is told, and gives again what comes back")
  func serviceRange() async throws {
    try await OwnCluster.run(
      #"""
      given=0
      for n in $(seq 20); do
        kubectl create service clusterip s$n --tcp=80:80 >"$work/said" 2>&1 || break
        given=$n
      done
      # 14 addresses, without those of kubernetes and kube-dns.
      test $given = 12
      grep -q 'range 10.43.0.0/28 is full: delete Services that nobody needs' "$work/said"
      kubectl create service clusterip headless --clusterip=None
      kubectl run steady --image=example.test/busybox:1 --command -- busybox sleep 1000
      kubectl wait --for=condition=Ready pod/steady --timeout=60s
      kubectl delete service s3
      kubectl create service clusterip again --tcp=80:80
      refuses kubectl create service clusterip more --tcp=80:80
      """#, name: "range", before: "export MARTLET_SERVICE_CIDR=10.43.0.0/28")
  }
}
