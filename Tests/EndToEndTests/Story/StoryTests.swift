import Foundation
import Testing

/// The whole story on two nodes: a shop whose database keeps its rows on a volume, with clients that
/// ask it all the time.
@Suite(
  .serialized,
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: ShopImages.missing.isEmpty, "needs \(ShopImages.missing.joined(separator: ", "))"))
struct StoryTests {
  @Test("orders outlive the database's pod; updates and a drain lose no request")
  func changes() async throws {
    try await Shop.run(
      #"""
      eventually holds tea ask "/orders?item=tea" -X POST
      kubectl delete pod shop-database-0 --timeout=30s
      kubectl rollout status statefulset/shop-database --timeout=60s
      eventually holds tea ask /orders
      settled

      # A new image, and back.
      none_lost
      kubectl set image deployment/shop web=martlet.local/shop-web:2
      kubectl rollout status deployment/shop --timeout=90s
      eventually holds '"version":"2"' ask /
      none_lost
      kubectl rollout undo deployment/shop
      kubectl rollout status deployment/shop --timeout=90s
      eventually holds '"version":"1"' ask /
      none_lost

      # A node is emptied, one replica at a time, and comes back.
      kubectl get deployment shop -w -o jsonpath='{.status.availableReplicas}{"\n"}' \
        >"$work/available" & watching=$!
      kubectl drain $away --ignore-daemonsets --delete-emptydir-data --timeout=90s
      settled
      refuses grep -q $away <(web_nodes)
      kill $watching
      awk '$1 < 2 { exit 1 }' "$work/available"
      none_lost
      kubectl uncordon $away
      kubectl rollout restart deployment/shop
      kubectl rollout status deployment/shop --timeout=90s
      holds $away web_nodes
      none_lost
      refuses grep -q StoppingInRotation <(kubectl get events)
      """#, name: "storychange", sourceLocation: #_sourceLocation)
  }

  @Test(
    "load adds replicas and its end takes them away; files and the certificate follow; no request is lost"
  )
  func load() async throws {
    try await Shop.run(
      #"""
      # Not to wait for five minutes, and for half the load: other work may take the processors.
      kubectl patch hpa shop --type=merge -p '{"spec":{
        "behavior":{"scaleDown":{"stabilizationWindowSeconds":0}},"metrics":[{"type":"Resource",
        "resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":100}}}]}}'
      keep_busy() {
        set +x
        while [ -e "$work/busy" ]; do
          curl -sS --fail --max-time 10 -o /dev/null "http://$busiest/work?ms=100" \
            2>>"$work/refused" </dev/null || true
        done
      }
      touch "$work/busy" "$work/refused"; busiest=$(shop_address 198.51.100.7)
      for client in 1 2 3 4 5 6; do keep_busy & done
      grown() { test "$(kubectl get deployment shop -o jsonpath={.status.readyReplicas})" -gt 3; }
      for step in 1 2 3; do grown && break; (eventually grown) || true; done; grown
      holds SuccessfulRescale kubectl get events
      rm "$work/busy"
      shrunk() { test "$(kubectl get deployment shop -o jsonpath={.status.replicas})" = 3; }
      for step in 1 2 3; do shrunk && break; (eventually shrunk) || true; done; shrunk
      gone() { test "$(web_nodes | wc -l)" = 3; }
      eventually gone
      test ! -s "$work/refused" || { cat "$work/refused"; exit 1; }
      none_lost

      kubectl patch configmap shop --type=merge -p \
        '{"data":{"config.json":"{\"greeting\":\"Closing sale\",\"database\":\"shop-database\"}"}}'
      everywhere() { for try in $(seq 12); do holds 'Closing sale' ask / || return 1; done; }
      eventually everywhere
      none_lost

      # Another certificate, while everybody asks.
      shown() { # NODE-ADDRESS
        openssl s_client -connect $1:443 -servername shop.test </dev/null 2>/dev/null |
          openssl x509 -noout -subject
      }
      for address in 198.51.100.7 198.51.100.8; do holds 'shop 1' shown $address; done
      none_lost
      certificate 2
      for address in 198.51.100.7 198.51.100.8; do eventually holds 'shop 2' shown $address; done
      refuses ask / --cacert "$work/shop1.crt"
      none_lost
      """#, name: "storyload", sourceLocation: #_sourceLocation)
  }

  @Test(
    "what is killed heals: a process, an agent, containerd, the server; at the end nothing is left")
  func faults() async throws {
    try await Shop.run(
      #"""
      eventually holds coffee ask "/orders?item=coffee" -X POST
      pods() { kubectl get pods -l app=shop -o jsonpath='{range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount}{"\n"}{end}' | sort; }
      # Both ways, from the machines and from inside.
      well() {
        settled && holds coffee ask /orders || return 1
        holds answered kubectl logs asker --tail=1 || return 1
        for node in $first two; do
          on $node curl -sS --fail --max-time 3 -o /dev/null "http://$(shop_address 198.51.100.8)/" || return 1
          on $node curl -sS --fail --max-time 3 -o /dev/null $(through 198.51.100.8) https://shop.test/ || return 1
        done
      }

      # The process of a web container.
      kill -KILL $(pgrep -f '^/usr/bin/node /shop/server.js' | head -n 1)
      restarted() { holds ' 1' pods; }
      eventually restarted
      eventually well
      before=$(pods)

      # The node agent.
      end_agent -KILL
      agent
      eventually ready
      obeys two
      eventually well
      test "$(pods)" = "$before"

      # containerd, of each node.
      for node in two $first; do
        process=$(on $node cat /run/martlet/containerd/containerd.pid)
        kill -KILL ${process%% *}
        obeys $node
      done
      eventually well
      test "$(pods)" = "$before"

      # The server.
      kill -KILL %1; wait %1 || true
      "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 &
      eventually kubectl get --raw /readyz
      eventually kubectl wait --for=condition=Ready node --all --timeout=20s
      obeys $first
      obeys two
      eventually well
      test "$(pods)" = "$before"

      # A dump lands on a volume of its own.
      kubectl create job dump --from=cronjob/shop-dump
      kubectl wait --for=condition=Complete job/dump --timeout=60s
      volume=$(kubectl get pvc shop-dumps -o jsonpath='{.spec.volumeName}')
      place=$(kubectl get pods -l tier=dump -o jsonpath='{.items[0].spec.nodeName}')
      holds coffee on $place cat /var/lib/martlet/volumes/$volume/shop.sql

      touch "$work/enough"; wait $outside_first $outside_second
      kubectl delete pod asker --timeout=30s
      kubectl delete -f $shop/ingress.yaml -f $shop/shop.yaml --timeout=90s
      kubectl delete secret shop-tls
      # The cron job has taken the job along.
      kubectl delete pvc -l app=shop --timeout=60s
      nothing_left() {
        objects >"$work/objects.now"; all_traces >"$work/traces.now"
        diff "$work/objects" "$work/objects.now" && diff "$work/traces" "$work/traces.now"
      }
      eventually nothing_left
      """#, name: "storyfaults", sourceLocation: #_sourceLocation)
  }
}
