import Foundation
import Foundations
import Testing

/// The first and the last command of an operator, on a machine of their own: namespaces for mounts,
/// processes and the network, which end with the test whatever happens in it.
@Suite struct PurgeTests {
  private static let needs = ["unshare", "containerd", "runc", "kubectl", "busybox", "nft", "ip"]

  private static var missing: [String] {
    needs.filter { program in
      !["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
      }
    }
  }

  /// The program under test stands beside the tests.
  private static var martlet: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "martlet").path
  }

  @Test(
    "purge leaves the host as it was before up, with pods of every kind running",
    .enabled(if: geteuid() == 0, "needs root"),
    .enabled(if: missing.isEmpty, "needs \(missing.joined(separator: ", "))"))
  func leavesNothing() async throws {
    let group = "/martlet-purge-\(getpid())"
    var command = Command(
      "unshare",
      ["--mount", "--pid", "--net", "--fork", "--mount-proc", "--propagation", "private"]
        + ["bash", "-s", Self.martlet, group])
    command.input = Array(Self.script.utf8)
    command.limit = .seconds(180)
    let outcome = try await command.run()
    let output = String(decoding: outcome.output, as: UTF8.self)
    #expect(outcome.exitCode == 0, "\(output)\n\(outcome.complaint)")
    #expect(output.hasSuffix("nothing is left\n"), "\(output)\n\(outcome.complaint)")
  }

  /// `$1` is the program, `$2` the control group to use, which no namespace hides.
  private static let script = #"""
    set -euo pipefail
    martlet=$1 group=$2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # Directories that a server writes to, empty as on a new machine.
    for directory in /run /var/lib /usr/local/bin; do mount -t tmpfs tmpfs "$directory"; done
    ip link set lo up
    ip link add uplink type veth peer name far
    ip address add 198.51.100.7/24 dev uplink
    ip link set uplink up; ip link set far up
    ip route add default dev uplink
    # Of the tables that iptables makes for whoever calls it, one was there before.
    for chain in PREROUTING INPUT OUTPUT POSTROUTING; do iptables -t nat -A $chain -j RETURN; done
    nft add table inet other

    snapshot() {
      echo "== processes"; ps -e -o comm= | grep -v -x -E 'ps|grep|bash|sort|find|sed|cat' || true
      echo "== links"; ip -o link | sed 's/^[0-9]*: //; s/ state .*//' | sort
      echo "== addresses"; ip -o address | sed 's/^[0-9]*: //' | grep -v fe80 | sort
      echo "== routes"; ip route show table all | grep -v fe80 | sort
      echo "== packet filter"; nft --stateless list ruleset
      echo "== mounts"; cut -d' ' -f5 /proc/self/mountinfo | sort
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
    echo "nothing is left"
    """#
}
