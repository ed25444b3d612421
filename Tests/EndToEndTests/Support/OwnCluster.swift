import Foundations
import Testing

/// A running cluster on a machine of a test's own, driven by the real kubectl.
struct OwnCluster {
  /// Runs steps with bash against a fresh cluster, whose containers can use the image
  /// `example.test/busybox:1`: a static busybox as `sh`, `tar`, `cat` and itself. Fails the test at
  /// the first step that fails, and shows what was said until then.
  ///
  /// Functions for steps: `holds WORDS COMMAND...` runs a command whose output must hold some words;
  /// `refuses COMMAND...` runs one that must fail; `eventually COMMAND...` tries for 30 seconds.
  /// - Parameters:
  ///   - before: steps before the server starts.
  ///   - kubectl: `nil` takes the machine's first.
  ///   - limit: for all steps together.
  static func run(
    _ steps: String, name: String, before: String = "", kubectl: Kubectl? = nil,
    limit: Duration = .seconds(180), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await OwnMachine.run(
      before + "\n" + preparation + steps + "\necho all steps hold\n", name: name, kubectl: kubectl,
      limit: limit)
    let output = String(decoding: outcome.output, as: UTF8.self)
    let isComplete = outcome.exitCode == 0 && output.hasSuffix("all steps hold\n")
    let said = "\(output.suffix(3000))\n\(outcome.complaint.suffix(3000))"
    #expect(isComplete, "\(said)", sourceLocation: sourceLocation)
  }

  private static let preparation = #"""
    export KUBECONFIG=/var/lib/martlet/admin.kubeconfig HOME=$work
    # Steps are read from standard input, which no command of theirs may take.
    holds() {
      local words=$1; shift
      local said; said=$("$@" </dev/null 2>&1) || { echo "failed: $*: $said"; return 1; }
      case "$said" in *"$words"*) ;; *) echo "\"$words\" is not in what $* said: $said"; return 1;; esac
    }
    refuses() { if "$@" >"$work/said" 2>&1; then echo "should have failed: $*"; exit 1; fi; }
    eventually() {
      for try in $(seq 150); do "$@" >"$work/said" 2>&1 && return; sleep 0.2; done
      echo "never held: $*: $(cat "$work/said")"; exit 1
    }
    "$martlet" server --cgroup-root $group >"$work/log" 2>&1 &
    eventually kubectl get --raw /readyz
    "$martlet" image build --reference example.test/busybox:1 \
      --file "$(command -v busybox)":/bin/busybox --link /bin/sh=busybox --link /bin/tar=busybox \
      --link /bin/cat=busybox --entrypoint /bin/busybox --output "$work/image.tar" >/dev/null
    "$martlet" image import example.test/busybox:1 "$work/image.tar" --cgroup-root $group >/dev/null
    eventually kubectl get serviceaccount default
    eventually kubectl wait --for=condition=Ready node --all --timeout=20s
    set -x

    """#
}
