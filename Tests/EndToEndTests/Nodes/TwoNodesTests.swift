import Foundation
import Testing

/// A second machine as a node of the cluster, seen with the real kubectl.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct TwoNodesTests {
  /// Pods `one` and `two`, each on the node of that name, that answer with it at port 80, and the
  /// Service `both` of the two.
  private static let twoPods = #"""

    pod() { # NAME NODE
      echo "---"
      echo "{apiVersion: v1, kind: Pod, metadata: {name: $1, labels: {app: both}}, spec: {nodeName: $2,
        terminationGracePeriodSeconds: 0,
        containers: [{name: a, image: example.test/curl:1, args: [sh, -c,
          'busybox mkdir /www; echo $1 >/www/index.html; exec busybox httpd -f -p 80 -h /www']}]}}"
    }
    { pod one $first; pod two two; } | kubectl apply -f -
    kubectl expose pod one --name=both --selector=app=both --port=80 --type=NodePort
    kubectl wait --for=condition=Ready pod/one pod/two --timeout=60s
    address() { kubectl get pod $1 -o jsonpath={.status.podIP}; }
    get() { kubectl exec $1 -- curl -sS --max-time 5 http://$2/; }
    reaches_both() { # POD PLACE
      local seen=
      for try in $(seq 20); do seen+=" $(get $1 $2)"; done
      case "$seen" in *one*two*|*two*one*) ;; *) echo "only $seen"; return 1;; esac
    }

    """#

  @Test("a machine joins with a token, and pods on both reach each other, Services and names")
  func joins() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        server=https://198.51.100.7:6443
        token=$("$martlet" token create --note second)
        second_machine
        agent --server $server --token $token
        eventually ready
        holds 198.51.100.8 kubectl get node two -o wide
        holds two "$martlet" token list
        holds 'system:node:two' kubectl get csr
        holds 10.42.0.0/24 kubectl get node $first -o jsonpath='{.spec.podCIDR}'
        holds 10.42.1.0/24 kubectl get node two -o jsonpath='{.spec.podCIDR}'
        curl_image
        """# + Self.twoPods + #"""
          case $(address two) in 10.42.1.*) ;; *) false;; esac
          holds two get one $(address two)
          holds one get two $(address one)
          for pod in one two; do
            eventually reaches_both $pod both.default.svc.cluster.local
            holds '"gitVersion"' kubectl exec $pod -- \
              curl -sSk --max-time 5 https://kubernetes.default/version
          done
          port=$(kubectl get service both -o jsonpath={.spec.ports[0].nodePort})
          from_host() { # COMMAND-PREFIX NODE-ADDRESS
            local seen=
            for try in $(seq 20); do seen+=" $($1 curl -sS --max-time 5 http://$2:$port/)"; done
            case "$seen" in *one*two*|*two*one*) ;; *) echo "only $seen"; return 1;; esac
          }
          for node in 198.51.100.7 198.51.100.8; do
            eventually from_host "" $node
            eventually from_host on_second $node
          done
          # What the API server asks the node's agent for.
          kubectl exec two -- sh -c 'echo said >/proc/1/fd/1'
          eventually holds said kubectl logs two
          holds ok kubectl get --raw /api/v1/nodes/two/proxy/healthz

          # A drained node's pods go to the other.
          kubectl create deployment movable --image=example.test/curl:1 --replicas=4 -- \
            busybox sleep 1000
          kubectl patch deployment movable -p \
            '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":0}}}}'
          kubectl rollout status deployment/movable --timeout=60s
          holds two kubectl get pods -l app=movable -o jsonpath='{.items[*].spec.nodeName}'
          kubectl drain two --force --timeout=60s
          kubectl rollout status deployment/movable --timeout=60s
          elsewhere() {
            ! kubectl get pods -l app=movable -o jsonpath='{.items[*].spec.nodeName}' | grep -q two
          }
          eventually elsewhere
          kubectl uncordon two

          # The agent starts again without a token, and is the same node.
          uid() { kubectl get node two -o jsonpath={.metadata.uid}; }
          before=$(uid)
          end_agent
          agent
          eventually ready
          test "$(uid)" = "$before"
          pod later two | kubectl apply -f -
          kubectl wait --for=condition=Ready pod/later --timeout=60s
          eventually holds one get later $(address one)

          # A node that is taken out takes its routes with it.
          kubectl delete pods --all --force
          end_agent
          kubectl delete node two
          no_route() { ! ip route | grep -q 10.42.1.0; }
          eventually no_route
          """#, name: "twonodes")
  }

  @Test("a wrong, expired or used token, and another node's name, are refused in one sentence")
  func refused() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        server=https://198.51.100.7:6443
        second_machine
        token=$("$martlet" token create --reusable)
        agent_says 'has not joined a cluster yet'
        agent_says 'the join token is not whole' --server $server --token ${token:0:40}
        wrong=${token:0:7}0000000000000000${token:23}
        agent_says "does not take the token ${token:0:6}" --server $server --token $wrong
        agent_says 'is not the server that the token was made by' --server $server \
          --token ${token:0:24}$(printf '0%.0s' {1..64})
        agent_says 'cannot be reached' --server https://198.51.100.7:1 --token $token
        short=$("$martlet" token create --ttl 1s); sleep 2
        agent_says "does not take the token ${short:0:6}" --server $server --token $short
        agent_says "it has a node named $first already" --server $server --token $token \
          --node-name $first
        once=$("$martlet" token create)
        kubectl -n kube-system annotate secret bootstrap-token-${once:0:6} \
          martlet.local/used-by=three
        agent_says "the token ${once:0:6} was used by the node three" --server $server --token $once
        deleted=$("$martlet" token create)
        holds deleted "$martlet" token delete ${deleted:0:6}
        agent_says "does not take the token ${deleted:0:6}" --server $server --token $deleted
        # Nothing came of any of them.
        refuses kubectl get node two
        refuses on_second test -e /var/lib/martlet/pki/node.kubeconfig
        # A token opens certificate requests, and nothing else.
        refuses kubectl --kubeconfig=/dev/null --server=$server --insecure-skip-tls-verify \
          --token=${token:0:23} get pods
        grep -qi forbidden "$work/said"
        agent --server $server --token $token
        eventually ready
        """#, name: "joinrefused")
  }

  @Test("nodes that share no link reach each other's pods through a tunnel, large packets too")
  func tunnel() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        second_machine 203.0.113.8/24
        agent --server https://198.51.100.7:6443 --token $("$martlet" token create)
        eventually ready
        curl_image

        """# + Self.twoPods + #"""
          holds 'dev martlet0vx' ip route get $(address two)
          holds 'dev martlet0vx' on_second ip route get $(address one)
          eventually holds two get one $(address two)
          eventually holds one get two $(address one)
          for pod in one two; do eventually reaches_both $pod both.default.svc.cluster.local; done
          # The hosts themselves are answered through the tunnel as well.
          holds two curl -sS --max-time 5 http://$(address two)/
          kubectl exec two -- sh -c 'busybox head -c 3000000 /dev/zero >/www/large'
          large() { kubectl exec one -- curl -sS --max-time 10 http://$(address two)/large | wc -c; }
          holds 3000000 large
          # A node that is gone leaves no route.
          end_agent
          kubectl delete node two
          no_route() { ! ip route | grep -q martlet0vx; }
          eventually no_route
          """#, name: "tunnel")
  }

  @Test("a node that falls silent loses its pods to the other, and ends them when it is back")
  func lost() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        second_machine
        agent --server https://198.51.100.7:6443 --token $("$martlet" token create)
        eventually ready
        curl_image
        kubectl apply -f - <<END
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              affinity:
                nodeAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - weight: 100
                      preference:
                        matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [two]}]
              tolerations:
                - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
                - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
              containers:
                - {name: a, image: example.test/curl:1, args: [busybox, sleep, "1000"]}
        END
        kubectl rollout status deployment/web --timeout=60s
        holds two kubectl get pods -l app=web -o jsonpath='{.items[*].spec.nodeName}'
        old=$(kubectl get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
        on_second ip link set far down
        unready() { kubectl get node two | grep -q NotReady; }
        eventually unready
        moved() {
          kubectl get pods -l app=web --field-selector=spec.nodeName=$first,status.phase=Running \
            --no-headers | grep -q 1/1
        }
        eventually moved
        # The link is back: the agent goes on by itself.
        on_second ip link set far up
        on_second ip route replace default dev far
        eventually ready
        gone() { ! kubectl get pod $old; }
        eventually gone
        one_sleeps() { test "$(pgrep -fc '^/bin/busybox sleep|^busybox sleep')" = 1; }
        eventually one_sleeps
        """#, name: "lostnode", before: "export MARTLET_NODE_MONITOR_GRACE_SECONDS=12")
  }
}
