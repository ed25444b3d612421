import Foundation
import Testing

/// A client that floods the server, beside a node that has to be heard over the same network.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct NoisyNeighbourTests {
  @Test("hundreds of lists and creates of one user meet themselves, and a second node stays heard")
  func heartbeats() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        server=https://198.51.100.7:6443
        second_machine
        agent --server $server --token $("$martlet" token create)
        eventually ready
        kubectl create serviceaccount noisy; kubectl create serviceaccount calm
        kubectl create clusterrolebinding both --clusterrole=cluster-admin \
          --serviceaccount=default:noisy --serviceaccount=default:calm
        # A list of these weighs ten seats.
        filling=x$(printf %0500d 0)
        for i in $(seq 1000); do
          printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m%d"},"data":{"a":"%s"}}\n' $i $filling
        done >"$work/maps"
        kubectl create -f "$work/maps" >/dev/null
        ca="$work/ca"; kubectl config view --raw -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}' \
          | base64 -d >"$ca"
        api=$server/api/v1/namespaces/default/configmaps
        as_noisy=(curl -s --cacert "$ca" -H "authorization: Bearer $(kubectl create token noisy)")
        as_calm=(curl -s --cacert "$ca" -H "authorization: Bearer $(kubectl create token calm)")
        said=(-o /dev/null -w '%{http_code} %header{retry-after}\n')

        # What is told of the node, from before the noise until after it.
        kubectl -n kube-node-lease get lease two --watch \
          -o jsonpath='{.spec.renewTime}{"\n"}' >"$work/renewals" &
        leases=$!
        kubectl get node two --watch \
          -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}{"\n"}' >"$work/states" &
        states=$!

        # Five hundred connections that list and create, from the machine of the node.
        noise=()
        flood() { # FILE CURL-ARGUMENTS...
          local file=$1; shift
          nsenter --target $second --mount --net -- \
            "${as_noisy[@]}" -Z --parallel-max 250 --http1.1 "${said[@]}" "$@" >"$file" 2>/dev/null &
          noise+=($!)
        }
        flood "$work/lists" "$api?[1-1000000]"
        flood "$work/writes" -X POST -H 'content-type: application/json' \
          -d '{"metadata":{"generateName":"n-"}}' "$api?a=[1-1000000]"
        sleep 3
        for round in 1 2 3; do
          "${as_calm[@]}" -o /dev/null -w '%{http_code} %{time_total}\n' "$api/m[1-20]"
          "${as_calm[@]}" -o /dev/null -w '%{http_code} %{time_total}\n' -X POST \
            -H 'content-type: application/json' -d '{"metadata":{"generateName":"c-"}}' "$api?a=[1-5]"
          sleep 8
        done >"$work/calm"
        # It went on all the time.
        kill "${noise[@]}"; kill $leases $states
        sort "$work/lists" "$work/writes" | uniq -c
        test $(cat "$work/lists" "$work/writes" | grep -c '^429 1') -gt 100
        test $(cat "$work/lists" "$work/writes" | grep '^429' | grep -cv '^429 1') = 0
        test $(grep -c '^200' "$work/lists") -gt 20
        test $(grep -c '^201' "$work/writes") -gt 20

        # Another client: served every time, and soon.
        sort -k2 -n "$work/calm" | tail -3
        test "$(grep -c '^20[01] ' "$work/calm")" = 75
        sort -k2 -n "$work/calm" | sed -n 74p | awk '{ exit !($2 < 2) }'

        # The node: said to be ready all the time, and renewing its lease every ten seconds.
        cat "$work/states" "$work/renewals"
        test "$(sort -u "$work/states")" = True
        test $(sort -u "$work/renewals" | wc -l) -ge 3
        last=
        while read -r renewal; do
          now=$(date -d "$renewal" +%s)
          if [ -n "$last" ]; then test $((now - last)) -le 14; fi
          last=$now
        done <"$work/renewals"

        """#, name: "noisyneighbour", limit: .seconds(240))
  }
}
