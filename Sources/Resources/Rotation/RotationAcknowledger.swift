import Foundations
import Synchronization

/// Tells the cluster up to which revision a proxy of this node acts on the EndpointSlices, so that
/// pods that end are told so only once nobody sends anything to them any more. This is the one door
/// for everything that sends clients to pods (`RotationDuty`).
///
/// A proxy calls `saw` for each change of a slice that it takes in, takes a `mark` before it looks at
/// what changed, and calls `acts(on:)` once everything before the mark is in force. Nothing is
/// written while no pod ends; else one small patch of the node's own lease, at most two a second.
package final class RotationAcknowledger: Sendable {
  private let client: any ClusterClient
  private let duty: RotationDuty
  private let node: String
  private let pace: Duration
  private let onFailure: @Sendable (any Error) -> Void
  private let signal = AsyncSignal()
  private let state = Mutex(State())

  private struct State {
    /// The newest slice that was taken in.
    var seen: UInt64 = 0
    /// The newest slice with a pod that ends, which somebody may wait for.
    var asked: UInt64 = 0
    /// `nil` until the first rules are in force.
    var inForce: UInt64?
    var told: UInt64?

    /// What is to be told now. The first word says that there is such a proxy at all.
    var due: UInt64? {
      guard let inForce else { return nil }
      guard let told else { return inForce }
      return asked > told && inForce >= asked ? inForce : nil
    }
  }

  /// Everything that was taken in before one moment.
  package struct Mark: Sendable { fileprivate let revision: UInt64 }

  /// - Parameters:
  ///   - pace: the least time between two writes; what comes meanwhile goes with the next.
  ///   - onFailure: told of the first of several writes in a row that could not be carried out. All
  ///     are tried again, and who waits for them goes on after its limit.
  package init(
    client: any ClusterClient, duty: RotationDuty, node: String,
    pace: Duration = .milliseconds(500), onFailure: @escaping @Sendable (any Error) -> Void
  ) {
    self.client = client
    self.duty = duty
    self.node = node
    self.pace = pace
    self.onFailure = onFailure
  }

  /// Notes a change of a slice, after the proxy has put down that it has to look at it.
  package func saw(_ change: Informer.Change) {
    let revision = RotationStanding.revision(of: change.object)
    var isAsked = false
    if case .removed = change {} else { isAsked = RotationStanding.hasEndingPod(change.object) }
    state.withLock { state in
      state.seen = max(state.seen, revision)
      if isAsked { state.asked = max(state.asked, revision) }
    }
  }

  package var mark: Mark { Mark(revision: state.withLock { $0.seen }) }

  /// Everything before the mark is in force.
  package func acts(on mark: Mark) {
    let isDue = state.withLock { state in
      state.inForce = max(state.inForce ?? 0, mark.revision)
      return state.due != nil
    }
    if isDue { signal.wake() }
  }

  private static let retries = BackoffPolicy(first: .milliseconds(100), longest: .seconds(5))

  /// Tells until the task is cancelled.
  /// - Parameter clock: what the pauses are measured by.
  package func run(clock: some Clock<Duration> = ContinuousClock()) async {
    var failures = 0
    while !Task.isCancelled {
      guard let due = state.withLock({ $0.due }) else {
        await signal.wait()
        continue
      }
      var pause = pace
      do {
        _ = try await client.patch(
          .leases, namespace: RotationDuty.leaseNamespace, name: node,
          duty.acknowledgement(of: due))
        state.withLock { $0.told = due }
        failures = 0
      } catch is CancellationError {
        return
      } catch {
        failures += 1
        if failures == 1 { onFailure(error) }
        pause = Self.retries.pause(afterFailures: failures)
      }
      do { try await clock.sleep(for: pause) } catch { return }
    }
  }
}
