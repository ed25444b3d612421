import Foundation
import Foundations

/// A machine of a test's own: namespaces for mounts, processes and the network, which end with the
/// test whatever happens in it.
struct OwnMachine {
  private static let needs = [
    "unshare", "containerd", "runc", "busybox", "nft", "ip", "curl",
  ]

  /// Programs without which such a test is skipped.
  static var missing: [String] { missing(also: []) }

  /// As `missing`, for a test that needs more.
  static func missing(also more: [String]) -> [String] {
    let programs = (needs + more).filter { program in
      !["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
      }
    }
    return programs + (Kubectl.all.isEmpty ? ["kubectl"] : [])
  }

  private static var martlet: String { Kubectl.builtDirectory.appending(path: "martlet").path }

  /// Runs a script with bash: `$1` is the program under test, `$2` the control group to use, which
  /// no namespace hides, `$3` the kubectl that the script finds on its path. It begins with empty
  /// `/run`, `/var/lib` and `/usr/local/bin`, and one uplink that leads nowhere.
  /// - Parameters:
  ///   - name: tells the test's control group from others'.
  ///   - kubectl: `nil` takes the machine's first.
  ///   - limit: after which everything is killed.
  static func run(
    _ script: String, name: String, kubectl: Kubectl? = nil, limit: Duration = .seconds(180)
  ) async throws -> Command.Outcome {
    var command = Command(
      "unshare",
      ["--mount", "--pid", "--net", "--fork", "--mount-proc", "--propagation", "private"]
        + [
          "bash", "-s", martlet, "/martlet-\(name)-\(getpid())",
          (kubectl ?? Kubectl.all.first)?.path ?? "",
        ])
    command.input = Array((preparation + script).utf8)
    command.limit = limit
    return try await command.run()
  }

  private static let preparation = #"""
    set -euo pipefail
    martlet=$1 group=$2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # One that stands in /usr/local/bin is hidden below.
    if [ -n "$3" ]; then cp "$3" "$work/kubectl"; fi
    # What others of the real machine mount there comes and goes: it is not of this one. A new
    # machine may have no such mount at all.
    awk '$5 ~ "^/(run|var/lib)/" { print $5 }' /proc/self/mountinfo | sort -r |
      while read -r place; do umount --lazy "$place"; done
    # Directories that a server writes to, empty as on a new machine.
    for directory in /run /var/lib /usr/local/bin; do mount -t tmpfs tmpfs "$directory"; done
    # Ahead of any other on the path that a machine has.
    if [ -n "$3" ]; then mv "$work/kubectl" /usr/local/bin/kubectl; fi
    export PATH=/usr/local/bin:$PATH
    # How full the real machine is must not matter.
    export MARTLET_EVICTION_HARD=none MARTLET_IMAGE_GC_HIGH_THRESHOLD=100
    ip link set lo up
    ip link add uplink type veth peer name far
    ip address add 198.51.100.7/24 dev uplink
    ip link set uplink up; ip link set far up
    ip route add default dev uplink

    """#
}
