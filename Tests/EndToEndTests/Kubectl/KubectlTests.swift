import Foundation
import Testing

/// What users do with the real kubectl, against a cluster of the test's own.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct KubectlTests {
  @Test(
    "objects are made, shown, changed and deleted in every way kubectl has", arguments: Kubectl.all)
  func objects(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      #"""
      kubectl create configmap one --from-literal=a=1
      kubectl create configmap two --from-literal=a=2
      kubectl label configmap one tier=front
      kubectl annotate configmap one note=x
      holds tier=front kubectl get configmap one --show-labels
      holds configmap/one kubectl get configmaps -l tier=front -o name
      holds '"a": "1"' kubectl get configmap one -o json
      holds 'a: "1"' kubectl get configmap one -o yaml
      holds 1 kubectl get configmap one -o jsonpath={.data.a}
      holds NAME kubectl get configmaps -o custom-columns=NAME:.metadata.name
      holds one kubectl get configmaps --field-selector metadata.name=one
      kubectl get configmaps -A --sort-by=.metadata.name
      holds 'note: x' kubectl describe configmap one
      kubectl patch configmap one -p '{"data":{"b":"2"}}'
      kubectl patch configmap one --type=merge -p '{"data":{"c":"3"}}'
      kubectl patch configmap one --type=json -p '[{"op":"remove","path":"/data/a"}]'
      holds '{"b":"2","c":"3"}' kubectl get configmap one -o jsonpath={.data}
      KUBE_EDITOR='sed -i s/"b: .2."/"b: edited"/' kubectl edit configmap one
      holds edited kubectl get configmap one -o jsonpath={.data.b}

      cat >"$work/told.yaml" <<END
      apiVersion: v1
      kind: Service
      metadata: {name: told}
      spec: {ports: [{port: 80}], trafficDistribution: PreferClose}
      END
      holds 'Warning: spec.trafficDistribution: "PreferClose" is deprecated' \
        kubectl apply -f "$work/told.yaml"
      holds 'Warning: v1 Endpoints is deprecated in v1.33+' kubectl get endpoints

      kubectl get configmaps -w --no-headers >"$work/watched" & watch=$!
      eventually grep -q one "$work/watched"
      kubectl create configmap three
      eventually grep -q three "$work/watched"
      kill $watch

      cat >"$work/map.yaml" <<END
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: applied}
      data: {a: "1"}
      END
      kubectl apply -f "$work/map.yaml"
      holds unchanged kubectl apply -f "$work/map.yaml"
      kubectl diff -f "$work/map.yaml"
      sed -i 's/"1"/"2"/' "$work/map.yaml"
      refuses kubectl diff -f "$work/map.yaml"
      holds configured kubectl apply -f "$work/map.yaml"
      echo 'unknown: 1' >>"$work/map.yaml"
      refuses kubectl apply -f "$work/map.yaml"
      grep -q 'unknown field "unknown"' "$work/said"

      cat >"$work/owned.yaml" <<END
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: owned}
      data: {a: mine, b: mine}
      END
      holds serverside-applied kubectl apply --server-side --field-manager=me -f "$work/owned.yaml"
      kubectl patch configmap owned --field-manager=you -p '{"data":{"a":"yours"}}'
      refuses kubectl apply --server-side --field-manager=me -f "$work/owned.yaml"
      grep -q 'conflict with "you" using v1: .data.a' "$work/said"
      kubectl apply --server-side --field-manager=me --force-conflicts -f "$work/owned.yaml"
      sed -i 's/, b: mine//' "$work/owned.yaml"
      kubectl apply --server-side --field-manager=me -f "$work/owned.yaml"
      holds '{"a":"mine"}' kubectl get configmap owned -o jsonpath={.data}
      holds 'f:a' kubectl get configmap owned -o yaml --show-managed-fields

      holds 'What is started' kubectl explain pod.spec.containers.command
      # Read from OpenAPI v2, in protobuf.
      holds 'containerPort' kubectl explain pod.spec.containers.ports --output=plaintext-openapiv2
      holds deployments kubectl api-resources
      holds 'is running at' kubectl cluster-info
      holds yes kubectl auth can-i create pods
      refuses kubectl auth can-i create pods --as=jane
      holds '[+]informer-sync ok' kubectl get --raw '/readyz?verbose'
      holds 'livez check passed' kubectl get --raw '/livez?verbose&exclude=etcd'
      holds ok kubectl get --raw /readyz/etcd
      refuses kubectl get --raw /readyz/none
      kubectl create namespace passing
      kubectl -n passing create secret generic s --from-literal=k=v
      kubectl delete namespace passing --timeout=60s
      refuses kubectl get namespace passing
      kubectl delete configmap one two --now
      refuses kubectl get configmap one
      """#, name: "objects", kubectl: kubectl)
  }

  @Test(
    "deployments roll forward and back, scale, and answer through their Service",
    arguments: Kubectl.all)
  func deployments(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      #"""
      cat >"$work/web.yaml" <<END
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
            containers:
              - name: web
                image: example.test/busybox:1
                imagePullPolicy: IfNotPresent
                args: [sh, -c, 'echo -n \$WORD >index.html; exec busybox httpd -f -p 8080']
                workingDir: /tmp
                env: [{name: WORD, value: first}]
                readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
      END
      kubectl apply -f "$work/web.yaml"
      kubectl rollout status deployment/web --timeout=60s
      kubectl expose deployment web --port=80 --target-port=8080 --type=NodePort
      address=$(kubectl get service web -o jsonpath={.spec.clusterIP})
      port=$(kubectl get service web -o 'jsonpath={.spec.ports[0].nodePort}')
      ask() { curl --silent --show-error --fail --max-time 3 "$1"; }
      eventually ask http://$address/
      holds first ask http://$address/
      holds first ask http://198.51.100.7:$port/

      kubectl set env deployment/web WORD=second
      kubectl rollout status deployment/web --timeout=60s
      eventually holds second ask http://$address/
      holds 2 kubectl rollout history deployment/web
      kubectl rollout undo deployment/web
      kubectl rollout status deployment/web --timeout=60s
      eventually holds first ask http://$address/
      kubectl rollout pause deployment/web
      kubectl set image deployment/web web=example.test/none:1
      kubectl rollout resume deployment/web
      refuses kubectl rollout status deployment/web --timeout=3s
      kubectl rollout undo deployment/web
      kubectl rollout restart deployment/web
      kubectl rollout status deployment/web --timeout=60s
      kubectl scale deployment web --replicas=4
      kubectl wait --for=jsonpath={.status.readyReplicas}=4 deployment/web --timeout=60s
      holds ScalingReplicaSet kubectl events --for deployment/web

      node=$(kubectl get nodes -o name)
      kubectl cordon $node
      holds SchedulingDisabled kubectl get nodes
      kubectl drain $node --ignore-daemonsets --timeout=60s
      eventually holds Pending kubectl get pods
      holds 'nodes are available' kubectl events
      kubectl uncordon $node
      kubectl rollout status deployment/web --timeout=60s

      kubectl delete deployment web --cascade=orphan
      holds web- kubectl get replicasets
      kubectl delete replicaset -l app=web --cascade=foreground --timeout=60s
      holds 'No resources found' kubectl get pods -l app=web
      """#, name: "deployments", kubectl: kubectl)
  }

  @Test(
    "a pod's output is read and its processes are talked to, over WebSocket and SPDY",
    arguments: Kubectl.all)
  func streams(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      #"""
      cat >"$work/pods.yaml" <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: two}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
          - name: talker
            image: example.test/busybox:1
            args: [sh, -c, 'echo one; echo two; while :; do busybox sleep 1; echo more; done']
          - name: echo
            image: example.test/busybox:1
            args: [sh, -c, 'while read line; do echo "got \$line"; done']
            stdin: true
          - name: web
            image: example.test/busybox:1
            args: [sh, -c, 'echo -n served >/index.html; exec busybox httpd -f -p 8080 -h /']
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: again}
      spec:
        terminationGracePeriodSeconds: 0
        containers:
          - name: again
            image: example.test/busybox:1
            args: [sh, -c, 'echo run at \$HOSTNAME; exit 3']
      END
      kubectl apply -f "$work/pods.yaml"
      kubectl wait --for=condition=Ready pod/two --timeout=60s
      holds one kubectl logs two -c talker
      holds two kubectl logs two -c talker --since=1h
      test "$(kubectl logs two -c talker --tail=1 | wc -l)" = 1
      refuses kubectl logs two -c none
      kubectl logs two -c talker -f >"$work/followed" & follow=$!
      eventually grep -q more "$work/followed"
      kill $follow
      eventually kubectl logs again --previous
      holds 'run at again' kubectl logs again --previous
      eventually holds CrashLoopBackOff kubectl get pod again
      holds BackOff kubectl describe pod again

      for websockets in true false; do
        export KUBECTL_REMOTE_COMMAND_WEBSOCKETS=$websockets
        export KUBECTL_PORT_FORWARD_WEBSOCKETS=$websockets
        holds talking kubectl exec two -c talker -- sh -c 'echo talking'
        holds given sh -c "echo given | kubectl exec -i two -c talker -- cat"
        holds '/dev/pts/' script -qec 'kubectl exec -it two -c talker -- busybox tty' /dev/null
        code=0; kubectl exec two -c talker -- sh -c 'exit 7' 2>/dev/null || code=$?
        test $code = 7
        echo "$websockets" >"$work/sent"
        kubectl cp "$work/sent" two:/tmp-file -c talker
        holds $websockets kubectl exec two -c talker -- cat /tmp-file
        kubectl cp two:/tmp-file "$work/received" -c talker
        diff "$work/sent" "$work/received"
        (echo hello; sleep 2) | kubectl attach -i two -c echo >"$work/attached" 2>&1 &
        eventually grep -q 'got hello' "$work/attached"
        kubectl port-forward pod/two 18080:8080 >"$work/forwarded" & forward=$!
        eventually holds served curl --silent --fail --max-time 3 http://127.0.0.1:18080/
        kill $forward; wait $forward || true
      done
      holds served kubectl get --raw /api/v1/namespaces/default/pods/two:8080/proxy/index.html

      holds 'said once' kubectl run once --image=example.test/busybox:1 --restart=Never --rm -i \
        --command -- sh -c 'busybox sleep 1; echo said once'
      kubectl delete pod two again --grace-period=0 --force
      """#, name: "streams", kubectl: kubectl)
  }
}
