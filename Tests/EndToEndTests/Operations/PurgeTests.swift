import Foundation
import Foundations
import Testing

/// The first and the last command of an operator, on a machine of their own: namespaces for mounts,
/// processes and the network, which end with the test whatever happens in it.
@Suite struct PurgeTests {
  @Test(
    "purge leaves the host as it was before up, with pods of every kind running",
    .enabled(if: geteuid() == 0, "needs root"),
    .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
  func leavesNothing() async throws {
    let outcome = try await OwnMachine.run(Self.script, name: "purge")
    let output = String(decoding: outcome.output, as: UTF8.self)
    #expect(outcome.exitCode == 0, "\(output)\n\(outcome.complaint)")
    #expect(output.hasSuffix("nothing is left\n"), "\(output)\n\(outcome.complaint)")
  }

  private static let script = #"""
    # Of the tables that iptables makes for whoever calls it, one was there before.
    for chain in PREROUTING INPUT OUTPUT POSTROUTING; do iptables -t nat -A $chain -j RETURN; done
    nft add table inet other
    # Mounts of the real machine's other programs come and go; one of our own must stay.
    cut -d' ' -f5 /proc/self/mountinfo | sort -u >"$work/foreign"
    mkdir "$work/bystander"; mount -t tmpfs tmpfs "$work/bystander"

    snapshot() {
      echo "== processes"; ps -e -o comm= | grep -v -x -E 'ps|grep|bash|sort|find|sed|cat' || true
      echo "== links"; ip -o link | sed 's/^[0-9]*: //; s/ state .*//' | sort
      echo "== addresses"; ip -o address | sed 's/^[0-9]*: //' | grep -v fe80 | sort
      echo "== routes"; ip route show table all | grep -v fe80 | sort
      echo "== packet filter"; nft --stateless list ruleset
      echo "== mounts"; cut -d' ' -f5 /proc/self/mountinfo | sort -u | comm -23 - "$work/foreign"
      echo "== files"; find /run /var/lib /usr/local/bin /etc/cni /etc/systemd/system /etc/martlet \
        -xdev 2>/dev/null | sort || true
      echo "== groups"; find /sys/fs/cgroup -path "*$group*" | sort
    }
    snapshot >"$work/before"

    settings="--cgroup-root $group"
    "$martlet" up $settings
    export KUBECONFIG=/var/lib/martlet/admin.kubeconfig
    "$martlet" image build --reference example.test/busybox:1 --file "$(command -v busybox)":/bin/busybox \
      --link /bin/sh=busybox --entrypoint /bin/busybox --output "$work/image.tar"
    "$martlet" image import example.test/busybox:1 "$work/image.tar" $settings
    until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.2; done
    kubectl apply --validate=false -f - <<'END'
    apiVersion: v1
    kind: Pod
    metadata: {name: busy}
    spec:
      terminationGracePeriodSeconds: 1
      volumes:
        - {name: memory, emptyDir: {medium: Memory}}
        - {name: disk, emptyDir: {}}
        - {name: host, hostPath: {path: /etc}}
      containers:
        - name: busy
          image: example.test/busybox:1
          imagePullPolicy: IfNotPresent
          args: [sleep, "1000"]
          ports: [{containerPort: 80, hostPort: 18080}]
          volumeMounts:
            - {name: memory, mountPath: /memory}
            - {name: disk, mountPath: /disk}
            - {name: host, mountPath: /host}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: host}
    spec:
      terminationGracePeriodSeconds: 1
      hostNetwork: true
      hostPID: true
      containers:
        - name: busy
          image: example.test/busybox:1
          imagePullPolicy: IfNotPresent
          args: [sleep, "1001"]
    END
    kubectl wait --for=condition=Ready pod/busy pod/host --timeout=60s
    iptables-save -t nat | grep -q CNI-DN

    "$martlet" purge $settings
    snapshot >"$work/after"
    diff "$work/before" "$work/after"
    test -e /etc/passwd
    "$martlet" purge $settings | tail -n 1
    umount "$work/bystander"
    echo "nothing is left"
    """#
}
