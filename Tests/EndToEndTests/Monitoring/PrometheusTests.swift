import Foundation
import Testing

/// A real Prometheus beside a cluster of two nodes, set up as `examples/monitoring` says.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: Prometheus.missing.isEmpty, "needs \(Prometheus.missing.joined(separator: ", "))"))
struct PrometheusTests {
  private static let example = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../examples/monitoring").standardized.path

  @Test(
    "Prometheus finds the server, the nodes and their ingress, may read them, and knows what they do"
  )
  func scrape() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + "example=\(Self.example)\n"
        + #"""
        token=$("$martlet" token create)
        second_machine
        agent --server https://198.51.100.7:6443 --token $token
        eventually ready
        cat >"$work/pod.yaml" <<END
        apiVersion: v1
        kind: Pod
        metadata: {name: busy, labels: {app: busy}}
        spec:
          nodeName: $first
          terminationGracePeriodSeconds: 0
          containers:
          - name: c
            image: example.test/busybox:1
            command: [sh, -c, "mkdir /www; echo hello >/www/index.html; exec /bin/busybox httpd -f -p 80 -h /www"]
            resources: {limits: {cpu: 100m, memory: 64Mi}}
            readinessProbe: {httpGet: {port: 80, path: /index.html}, periodSeconds: 1}
        END
        kubectl apply -f "$work/pod.yaml"
        kubectl expose pod busy --port=80
        kubectl create ingress busy --rule="busy.test/*=busy:80"

        # As the example says, but for the pace.
        kubectl apply -f $example/access.yaml
        sed 's/scrape_interval: 15s/scrape_interval: 1s/' $example/prometheus.yml >"$work/prometheus.yml"
        cd "$work"
        $example/targets
        whole() { test -n "$(kubectl -n monitoring get secret prometheus -o jsonpath='{.data.token}')"; }
        eventually whole
        kubectl -n monitoring get secret prometheus -o jsonpath='{.data.token}' | base64 -d >token
        kubectl -n monitoring get secret prometheus -o jsonpath='{.data.ca\.crt}' | base64 -d >ca.crt
        promtool check config prometheus.yml
        kubectl wait --for=condition=Ready pod/busy --timeout=60s

        # Nobody else reads a node's numbers.
        code() { curl --silent --cacert ca.crt --max-time 5 -o /dev/null -w '%{http_code}' "$@"; }
        node=https://198.51.100.7:10250
        test "$(code $node/metrics)" = 401
        test "$(code -H "Authorization: Bearer $(kubectl create token default)" $node/metrics)" = 403
        test "$(code -H "Authorization: Bearer $(cat token)" $node/metrics)" = 200
        test "$(code -H "Authorization: Bearer $(cat token)" $node/pods)" = 403
        test "$(code -H "Authorization: Bearer $(cat token)" https://198.51.100.8:10250/metrics)" = 200

        # What is served is what Prometheus' own tool can read; it has opinions on upstream's names (3).
        for path in /metrics /api/v1/nodes/$first/proxy/metrics /api/v1/nodes/two/proxy/metrics/cadvisor \
          /api/v1/nodes/$first/proxy/metrics/ingress \
          /api/v1/nodes/$first/proxy/metrics/probes /api/v1/nodes/$first/proxy/metrics/resource; do
          kubectl get --raw $path >page
          promtool check metrics <page >said 2>&1 || test $? = 3 || { cat said; exit 1; }
        done

        prometheus --config.file=prometheus.yml --storage.tsdb.path=data \
          --web.listen-address=127.0.0.1:9090 >prometheus.log 2>&1 </dev/null &
        query() { promtool query instant http://127.0.0.1:9090 "$1" </dev/null; }
        is() { local said; said=$(query "$1") && case "$said" in *"=> $2 @"*) ;; *) echo "$1: $said"; return 1;; esac; }
        # The server, and five pages of each of two nodes.
        eventually is 'count(up == 1)' 11
        some() { is "count($1) > bool 0" 1; }
        asked() { kubectl get nodes; some "$1"; }
        eventually asked 'sum(rate(apiserver_request_total{verb="LIST",code="200"}[10s])) > 0'
        eventually is 'apiserver_storage_objects{resource="nodes"}' 2
        eventually asked 'histogram_quantile(0.99, sum by (le) (rate(apiserver_request_duration_seconds_bucket[10s]))) >= 0'
        some 'apiserver_longrunning_requests{resource="pods"} > 0'
        some 'etcd_request_duration_seconds_count > 0'
        some 'apiserver_admission_step_admission_duration_seconds_count > 0'
        some 'workqueue_adds_total{name="deployment-controller"}'
        some 'process_resident_memory_bytes{job="kubernetes-apiservers"} > 1e6'
        eventually some 'kubelet_running_pods{node="'$first'"} > 0'
        eventually some 'rate(container_cpu_usage_seconds_total{pod="busy",container="c"}[30s]) >= 0'
        some 'container_memory_working_set_bytes{pod="busy",container="c"} > 0'
        some 'container_spec_memory_limit_bytes{pod="busy"} == 64 * 1024 * 1024'
        some 'container_network_receive_bytes_total{pod="busy",interface="eth0"} > 0'
        some 'container_network_transmit_packets_total{pod="busy"} > 0'
        some 'node_memory_working_set_bytes{node="two"} > 0'
        eventually some 'prober_probe_total{pod="busy",probe_type="Readiness",result="successful"} > 0'
        # Requests from outside are counted where they come in.
        from_outside() { # HOST
          curl -sS --fail --max-time 5 -o /dev/null -H "Host: $1" http://198.51.100.8/index.html
        }
        eventually from_outside busy.test
        refuses from_outside other.test
        answered='node="two",ingress="default/busy",backend="default/busy:80",code="2xx"'
        counted() { from_outside busy.test; some "martlet_ingress_requests_total{$answered} > 1"; }
        eventually counted
        eventually some 'martlet_ingress_requests_total{node="two",ingress="",code="4xx"} > 0'
        some 'martlet_ingress_request_duration_seconds_count{node="two"} > 0'
        some 'martlet_ingress_client_connections{node="two"} >= 0'
        # A sample that Prometheus refuses is one that nobody sees.
        is 'count(up == 1)' 11
        ! grep -E 'level=(warn|error)' prometheus.log

        # A node that ends is seen to be away.
        end_agent
        eventually is 'count(up{node="two"} == 0)' 5

        """#, name: "prometheus")
  }
}

private enum Prometheus {
  static let missing = OwnMachine.missing(also: ["prometheus", "promtool"])
}
