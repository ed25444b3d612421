import Foundation
import Foundations
import Testing

@Suite struct RestartTests {
  @Test(
    "a server that is killed and started again finds its containers running, and leaves them so",
    .enabled(if: geteuid() == 0, "needs root"),
    .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
  func adoption() async throws {
    let outcome = try await OwnMachine.run(Self.script, name: "restart")
    let output = String(decoding: outcome.output, as: UTF8.self)
    #expect(outcome.exitCode == 0, "\(output)\n\(outcome.complaint)")
    #expect(output.hasSuffix("undisturbed\n"), "\(output)\n\(outcome.complaint)")
  }

  private static let script = #"""
    settings="--cgroup-root $group"
    export KUBECONFIG=/var/lib/martlet/admin.kubeconfig
    start() {
      "$martlet" server $settings >>"$work/log" 2>&1 &
      server=$!
      for try in $(seq 300); do
        kubectl get --raw /readyz >/dev/null 2>&1 && return
        kill -0 $server || { cat "$work/log"; exit 1; }
        sleep 0.1
      done
      cat "$work/log"; exit 1
    }
    start
    "$martlet" image build --reference example.test/busybox:1 --file "$(command -v busybox)":/bin/busybox \
      --link /bin/sh=busybox --entrypoint /bin/busybox --output "$work/image.tar" >/dev/null
    "$martlet" image import example.test/busybox:1 "$work/image.tar" $settings >/dev/null
    until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.1; done
    mkdir "$work/counter"
    kubectl apply --validate=false -f - >/dev/null <<END
    apiVersion: v1
    kind: Pod
    metadata: {name: counter}
    spec:
      terminationGracePeriodSeconds: 0
      volumes:
        - {name: counter, hostPath: {path: $work/counter}}
      containers:
        - name: counter
          image: example.test/busybox:1
          imagePullPolicy: IfNotPresent
          args:
            - sh
            - -c
            - echo started >>/counter/starts; n=0;
              while :; do n=\$((n+1)); echo \$n >>/counter/ticks; busybox sleep 0.1; done
          volumeMounts:
            - {name: counter, mountPath: /counter}
    END
    kubectl wait --for=condition=Ready pod/counter --timeout=60s >/dev/null
    run() {
      kubectl get pod counter -o jsonpath='{.status.containerStatuses[0].containerID}
    {.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].state.running.startedAt}
    {.status.podIP} {.status.phase}'
    }
    run >"$work/before"

    kill -KILL $server
    wait $server || true
    ticks=$(wc -l <"$work/counter/ticks")
    sleep 1
    # It counts with nobody to look after it.
    test "$(wc -l <"$work/counter/ticks")" -gt "$ticks"
    start
    sleep 2
    ticks=$(wc -l <"$work/counter/ticks")
    sleep 1
    test "$(wc -l <"$work/counter/ticks")" -gt "$ticks"
    run >"$work/after"
    diff "$work/before" "$work/after"
    kubectl wait --for=condition=Ready pod/counter --timeout=10s >/dev/null
    test "$(wc -l <"$work/counter/starts")" = 1
    # What is written down has no gap.
    awk '{ if ($1 != NR) exit 1 }' "$work/counter/ticks"
    # The server looks after it again: it can be entered and ended.
    kubectl exec counter -- busybox true
    kubectl delete pod counter --timeout=30s >/dev/null
    kill $server
    wait $server || true
    "$martlet" purge $settings >/dev/null
    echo undisturbed
    """#
}
