import Foundation
import Testing

/// `martlet status` on clusters in which something really is wrong.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct StatusTests {
  @Test("what is wrong is told with its fix, and nothing once it is mended")
  func breakage() async throws {
    try await OwnCluster.run(
      #"""
      # What commands say, and what they end with.
      status() { set +e; "$martlet" status "$@" >"$work/status" 2>&1 </dev/null; code=$?; set -e; }
      tells() { status; test $code = 1 && grep -qF -- "$1" "$work/status" || { cat "$work/status"; return 1; }; }
      well() { status; test $code = 0 && grep -qF 'Nothing is wrong.' "$work/status" || { cat "$work/status"; return 1; }; }
      eventually well

      cat >"$work/broken.yaml" <<END
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            terminationGracePeriodSeconds: 0
            containers: [{name: c, image: "127.0.0.1:1/nothing:1"}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: crashing}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
        - name: c
          image: example.test/busybox:1
          command: [sh, -c, "echo no database here; exit 3"]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: large}
      spec:
        containers: [{name: c, image: example.test/busybox:1, resources: {requests: {cpu: "1000"}}}]
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec:
        storageClassName: none-such
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Mi}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: front}
      spec: {selector: {app: wep}, ports: [{port: 80}]}
      END
      kubectl apply -f "$work/broken.yaml"
      eventually tells 'Deployment default/web: container c of pod web-'
      eventually tells '1 more cannot get its image 127.0.0.1:1/nothing:1'
      tells 'kubectl -n default set image deployment/web c=IMAGE'
      eventually tells 'Pod default/crashing: container c ends again and again'
      eventually tells 'it ended with exit code 3; its last words: no database here'
      tells 'kubectl -n default logs crashing -c c --previous'
      eventually tells 'it asks for 1k of cpu, and the largest node has '
      tells 'there is no StorageClass none-such'
      tells 'no pod in default has the labels app=wep; the pods of Deployment default/web have app=web'
      tells '  default   '
      "$martlet" status -o json >"$work/json" && exit 1
      python3 - "$work/json" <<END
      import json, sys
      status = json.load(open(sys.argv[1]))
      assert status["healthy"] is False
      codes = {(f["object"]["name"], f["code"]) for f in status["findings"]}
      for expected in [("web", "ImagePull"), ("crashing", "CrashLoop"), ("large", "Unschedulable"),
                       ("data", "ClaimPending"), ("front", "SelectsNothing")]:
          assert expected in codes, (expected, codes)
      END

      # Followed, it tells of each change.
      "$martlet" status --watch -n default >"$work/live" 2>&1 </dev/null &
      live=$!
      eventually grep -q 'front: selects no pod' "$work/live"
      kubectl patch service front --type=merge -p '{"spec":{"selector":{"app":"web"}}}'
      changed() { tail -n 60 "$work/live" | grep -q 'leads to no ready pod'; }
      eventually changed
      kill $live; wait $live || true

      # The fixes are those that were told.
      kubectl set image deployment/web c=example.test/busybox:1
      kubectl patch deployment web --type=json -p \
        '[{"op":"add","path":"/spec/template/spec/containers/0/command","value":["/bin/busybox","sleep","1000"]}]'
      kubectl delete pod crashing large --force --timeout=30s
      kubectl delete pvc data --timeout=30s
      kubectl rollout status deployment/web --timeout=60s
      eventually well

      # One who may not read everything is told so, and one whom nobody knows gets no answer.
      kubectl create serviceaccount viewer
      kubectl create clusterrolebinding viewer --clusterrole=view --serviceaccount=default:viewer
      kubectl config view --raw --minify >"$work/viewer"
      kubectl --kubeconfig "$work/viewer" config set-credentials viewer --token=$(kubectl create token viewer)
      kubectl --kubeconfig "$work/viewer" config set-context --current --user=viewer
      status --kubeconfig "$work/viewer"
      test $code = 0; grep -q '^NOT READ' "$work/status"; grep -q '^  nodes: nodes is forbidden' "$work/status"
      kubectl --kubeconfig "$work/viewer" config set-credentials viewer --token=nonsense
      status --kubeconfig "$work/viewer"
      test $code = 2; grep -q 'cannot be asked: .*Unauthorized' "$work/status"

      """#, name: "status")
  }
}
