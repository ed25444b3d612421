import Foundation
import Foundations
import Testing

/// What a new user types: `make nodes`, `make shop`, and the lines that those print.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: ShopImages.missing.isEmpty, "needs \(ShopImages.missing.joined(separator: ", "))"))
struct NodesScriptTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test("make nodes and make shop open the shop on two nodes, and Ctrl-C leaves nothing")
  func walk() async throws {
    let images = try await ShopImages.ready()
    let outcome = try await OwnMachine.run(
      "images=\(images.path); cd \(Self.root)\n" + #"""
        export MARTLET=$martlet MARTLET_NODES_DIR=$work/nodes MARTLET_NODES_GROUP=${group#/}
        export KUBECONFIG=$work/nodes/kubeconfig SHOP_CERTIFICATE=$work/shop.crt HOME=$work
        fails() { if "$@"; then echo "should have failed: $*"; exit 1; fi; }
        scripts/nodes 2 >"$work/said" 2>&1 </dev/null &
        nodes=$!
        for try in $(seq 400); do
          grep -q 'Ctrl-C ends' "$work/said" && break
          kill -0 $nodes || { cat "$work/said"; exit 1; }
          sleep 0.2
        done
        set -x
        kubectl get nodes -o wide </dev/null
        test "$($work/nodes/on node-2 hostname </dev/null)" = node-2
        fails $work/nodes/on node-3 true
        for node in node-1 node-2; do
          for image in web:1 database:1; do
            $work/nodes/on $node $work/nodes/martlet image import martlet.local/shop-$image \
              $images/shop-${image/:/-}.tar </dev/null
          done
        done
        scripts/shop </dev/null >"$work/shop" 2>&1 || { cat "$work/shop"; exit 1; }
        grep -q '"item":"tea"' "$work/shop"
        # The line that it prints is the way in.
        line=$(grep '^  curl ' "$work/shop")
        $line | grep -q '"item":"tea"'
        # And so is a load balancer, at every node, from outside.
        kubectl expose deployment shop --name=outside --type=LoadBalancer --port=8000 --target-port=http
        kubectl wait service/outside --for=jsonpath='{.status.loadBalancer.ingress[1].ip}' --timeout=20s
        for node in 1 2; do
          curl -sS --fail --max-time 10 --retry 20 --retry-all-errors http://198.18.77.$node:8000/ |
            grep greeting
        done
        pods() { for try in $(seq 10); do curl -sS --fail --max-time 10 http://198.18.77.2:8000/; done | sort -u | wc -l; }
        test $(pods) -gt 1
        kubectl patch service outside -p '{"spec":{"sessionAffinity":"ClientIP"}}'
        one() { test $(pods) = 1; }
        for try in $(seq 20); do one && break; sleep 0.2; done; one
        addresses() { kubectl get service outside -o jsonpath='{.status.loadBalancer.ingress[*].ip}' </dev/null; }
        turns() { for try in $(seq 50); do test "$(addresses)" = "$1" && return; sleep 0.2; done; addresses; return 1; }
        kubectl label node node-2 node.kubernetes.io/exclude-from-external-load-balancers=
        turns 198.18.77.1
        kubectl label node node-2 node.kubernetes.io/exclude-from-external-load-balancers-
        turns '198.18.77.1 198.18.77.2'

        kill -TERM $nodes
        wait $nodes || true
        test ! -e $work/nodes
        fails ip link show martlet-nodes
        test -z "$(find /sys/fs/cgroup -maxdepth 2 -path "*$group-*")"
        echo all steps hold
        """#, name: "nodesscript", limit: .seconds(240))
    let output = String(decoding: outcome.output, as: UTF8.self)
    let isComplete = outcome.exitCode == 0 && output.hasSuffix("all steps hold\n")
    #expect(isComplete, "\(output.suffix(3000))\n\(outcome.complaint.suffix(3000))")
  }
}
