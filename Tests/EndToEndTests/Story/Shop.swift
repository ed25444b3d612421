import Foundations
import Testing

/// The shop of `examples/shop` on two nodes, with clients that keep asking it.
enum Shop {
  /// Runs steps with bash against a cluster of two nodes on which the shop is open. Beside the
  /// functions of `OwnCluster` and `SecondMachine`:
  ///
  /// `on NODE COMMAND...` runs a command on a node's machine. `obeys NODE` starts a pod there and ends
  /// it. `$home` is the node that has the
  /// database's volume, `$away` the other one. `ask PATH` asks the shop from outside, through any
  /// node. `settled` waits until three replicas serve. `none_lost` fails where a request of the
  /// clients has failed since it was last called; they ask all the time, inside by the Service's name
  /// and outside through each node.
  static func run(_ steps: String, name: String, sourceLocation: SourceLocation) async throws {
    let images = try await ShopImages.ready()
    try await OwnCluster.run(
      "images=\(images.path) shop=\(ShopImages.example)\n" + SecondMachine.functions + functions
        + opening + steps + closing,
      name: name, limit: .seconds(300), sourceLocation: sourceLocation)
  }

  private static let functions = #"""
    on() {
      local node=$1; shift
      if [ "$node" = two ]; then on_second "$@"; else "$@"; fi
    }
    import() { # NODE OPTION...
      local node=$1 image; shift
      for image in web:1 web:2 database:1; do
        on $node "$martlet" image import martlet.local/shop-$image \
          $images/shop-${image/:/-}.tar "$@" </dev/null
      done
    }
    obeys() { # NODE
      kubectl run probe --image=example.test/curl:1 --overrides='{"spec":{"nodeName":"'$1'"}}' \
        --command -- busybox sleep 1000
      kubectl wait --for=condition=Ready pod/probe --timeout=60s
      kubectl delete pod probe --now --timeout=60s
    }
    # Where clients outside find the shop, through a node's address.
    shop_address() { # NODE-ADDRESS
      echo "$1:$(kubectl get service shop -o jsonpath='{.spec.ports[0].nodePort}')"
    }
    ask() { # PATH OPTION...
      local path=$1; shift
      curl --silent --show-error --fail --max-time 10 "$@" "http://$(shop_address 198.51.100.7)$path"
    }
    settled() {
      kubectl rollout status deployment/shop --timeout=60s
      test "$(kubectl get deployment shop -o jsonpath={.status.readyReplicas})" = 3
    }
    web_nodes() {
      kubectl get pods -l app=shop,tier=web -o jsonpath='{range .items[*]}{.spec.nodeName}{"\n"}{end}'
    }
    keep_asking() { # NODE ADDRESS
      set +x
      while [ ! -e "$work/enough" ]; do
        if said=$(on $1 curl -sS --fail --max-time 10 -o /dev/null "http://$2/" 2>&1 </dev/null)
        then echo answered >>"$work/asked"
        else echo "$(date +%T.%N) from $1 at $2: $said" >>"$work/lost"; fi
        sleep 0.1
      done
    }
    answers_inside() { kubectl logs asker | grep -c answered; }
    none_lost() {
      kubectl logs asker >"$work/inside"
      tail -n +$((seen_inside + 1)) "$work/inside" | grep -v answered >>"$work/lost" || true
      local now_inside=$(wc -l <"$work/inside") now_outside=$(wc -l <"$work/asked")
      test $now_inside -gt $seen_inside -a $now_outside -gt $seen_outside
      seen_inside=$now_inside seen_outside=$now_outside
      test ! -s "$work/lost" || { cat "$work/lost"; return 1; }
    }

    """#

  private static let opening = #"""
    second_machine
    agent --server https://198.51.100.7:6443 --token $("$martlet" token create)
    eventually ready
    import $first --cgroup-root $group & importing=$!
    import two
    wait $importing
    curl_image
    objects() {
      kubectl get $(kubectl api-resources --verbs=list -o name |
        grep -v -e '^events' -e leases -e metrics.k8s.io | paste -sd,) -A -o name | sort
    }
    # What a pod may leave on a machine.
    traces() { # NODE GROUP
      on $1 ctr --address /run/martlet/containerd/containerd.sock -n k8s.io containers list -q
      on $1 awk '$5 ~ "^/(run|var/lib)/martlet" { print $5 }' /proc/self/mountinfo
      on $1 ip -o link show type veth | awk '{ print $2 }'
      on $1 ip -4 -o address | awk '{ print $2, $4 }'
      on $1 ip route
      on $1 nft list ruleset | tr ',' '\n' | tr -d ' \t{}'
      on $1 find /var/lib/martlet/pods /var/lib/martlet/volumes /run/martlet/addresses -mindepth 1 \
        -not -name lock -not -name 'last_reserved_ip*' 2>/dev/null || true
      find /sys/fs/cgroup -type d -path "*$2/*" -name "pod*"
    }
    all_traces() { { traces $first $group; traces two $group_two; } | sort; }
    # The first pod of a node leaves its bridge, which belongs to the node.
    obeys $first; obeys two
    objects >"$work/objects"; all_traces >"$work/traces"

    kubectl apply -f $shop/shop.yaml
    kubectl patch service shop -p '{"spec":{"type":"NodePort"}}'
    kubectl rollout status statefulset/shop-database --timeout=60s
    settled
    home=$(kubectl get pod shop-database-0 -o jsonpath={.spec.nodeName})
    if [ "$home" = two ]; then away=$first; else away=two; fi
    # Replicas are on both nodes, without being told to.
    holds $home web_nodes
    holds $away web_nodes
    kubectl apply -f - <<END
    apiVersion: v1
    kind: Pod
    metadata: {name: asker}
    spec:
      nodeName: $home
      terminationGracePeriodSeconds: 0
      containers:
        - name: asker
          image: example.test/curl:1
          command:
            - sh
            - -c
            - while :; do
                if said=\$(curl -sS --fail --max-time 10 -o /dev/null http://shop/ 2>&1);
                then echo answered; else echo "\$(busybox date +%T) \$said"; fi;
                busybox sleep 0.1;
              done
    END
    kubectl wait --for=condition=Ready pod/asker --timeout=30s
    eventually holds '"version":"1"' ask /
    touch "$work/lost" "$work/asked"
    keep_asking $first $(shop_address 198.51.100.8) & outside_first=$!
    keep_asking two $(shop_address 198.51.100.7) & outside_second=$!
    seen_inside=0 seen_outside=0
    asked() { test $(answers_inside) -gt 3 -a $(wc -l <"$work/asked") -gt 3; }
    eventually asked
    none_lost

    """#

  private static let closing = #"""

    touch "$work/enough"; wait $outside_first $outside_second
    """#
}
