import Foundations
import Testing

/// The shop of `examples/shop` on two nodes, with clients that keep asking it.
enum Shop {
  /// Runs steps with bash against a cluster of two nodes on which the shop is open. Beside the
  /// functions of `OwnCluster` and `SecondMachine`:
  ///
  /// `on NODE COMMAND...` runs a command on a node's machine. `obeys NODE` starts a pod there and ends
  /// it. `$home` is the node that has the
  /// database's volume, `$away` the other one. `ask PATH` asks the shop from outside, at its own
  /// address. `certificate NUMBER` gives that address one of two certificates, the first at the
  /// beginning; clients trust both. `settled` waits until three replicas serve. `none_lost` fails
  /// where a request of the clients has failed since it was last called; they ask all the time, inside
  /// by the Service's name, and outside through each node's port and its Ingress with TLS.
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
    certificate() { # NUMBER
      kubectl create secret tls shop-tls --cert="$work/shop$1.crt" --key="$work/shop$1.key" \
        --dry-run=client -o yaml | kubectl apply -f -
    }
    # Where clients outside find the shop, through a node's port.
    shop_address() { # NODE-ADDRESS
      echo "$1:$(kubectl get service shop -o jsonpath='{.spec.ports[0].nodePort}')"
    }
    # How they find https://shop.test/ at a node.
    through() { echo --cacert "$work/trusted.crt" --resolve shop.test:443:$1; } # NODE-ADDRESS
    ask() { # PATH OPTION...
      local path=$1; shift
      curl --silent --show-error --fail --max-time 10 $(through 198.51.100.7) "$@" \
        "https://shop.test$path"
    }
    settled() {
      kubectl rollout status deployment/shop --timeout=60s
      test "$(kubectl get deployment shop -o jsonpath={.status.readyReplicas})" = 3
    }
    web_nodes() {
      kubectl get pods -l app=shop,tier=web -o jsonpath='{range .items[*]}{.spec.nodeName}{"\n"}{end}'
    }
    keep_asking() { # NODE NODE-ADDRESS
      set +x
      local node=$1 address=$2 port=$(shop_address $2) said
      try() { # WAY CURL-ARGUMENT...
        local way=$1; shift
        if said=$(on $node curl -sS --fail --max-time 10 -o /dev/null "$@" 2>&1 </dev/null)
        then echo $way >>"$work/asked"
        else echo "$(date +%T.%N) from $node by the $way at $address: $said" >>"$work/lost"; fi
      }
      while [ ! -e "$work/enough" ]; do
        try port "http://$port/"
        try ingress $(through $address) https://shop.test/
        sleep 0.1
      done
    }
    answers_inside() { kubectl logs asker | grep -c answered; }
    answers_outside() { grep -c $1 "$work/asked"; } # WAY
    none_lost() {
      kubectl logs asker >"$work/inside"
      tail -n +$((seen_inside + 1)) "$work/inside" | grep -v answered >>"$work/lost" || true
      local now_inside=$(wc -l <"$work/inside")
      local now_port=$(answers_outside port) now_ingress=$(answers_outside ingress)
      test $now_inside -gt $seen_inside
      test $now_port -gt $seen_port -a $now_ingress -gt $seen_ingress
      seen_inside=$now_inside seen_port=$now_port seen_ingress=$now_ingress
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

    for number in 1 2; do
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj "/CN=shop $number" -addext subjectAltName=DNS:shop.test \
        -keyout "$work/shop$number.key" -out "$work/shop$number.crt" 2>/dev/null
    done
    cat "$work"/shop?.crt >"$work/trusted.crt"
    kubectl apply -f $shop/shop.yaml
    certificate 1
    kubectl apply -f $shop/ingress.yaml
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
    eventually curl -sS --fail --max-time 10 $(through 198.51.100.8) https://shop.test/
    touch "$work/lost" "$work/asked"
    keep_asking $first 198.51.100.8 & outside_first=$!
    keep_asking two 198.51.100.7 & outside_second=$!
    seen_inside=0 seen_port=0 seen_ingress=0
    asked() { test $(answers_inside) -gt 3 -a $(answers_outside ingress) -gt 3; }
    eventually asked
    none_lost

    """#

  private static let closing = #"""

    touch "$work/enough"; wait $outside_first $outside_second
    """#
}
