import Foundations
import IngressRouting
import Networking
import Resources
import Security
import Synchronization

/// A Secret with a certificate, parsed once for each version of it.
struct WatchedSecret: Sendable {
  let resourceVersion: String
  let facts: CertificateTable.SecretFacts
  /// `nil` where it cannot be used.
  let certificate: ServerCertificate?

  init(_ secret: Secret) {
    resourceVersion = secret.metadata.resourceVersion ?? ""
    var facts = CertificateSecret.facts(secret)
    var certificate: ServerCertificate?
    if case .usable = facts {
      do {
        let identity = try CertificateSecret.identity(secret)
        certificate = try ServerCertificate(
          certificateChainPEM: identity.certificateChainPEM,
          privateKeyPEM: identity.privateKeyPEM.exposed)
      } catch {
        // The error could quote what it read.
        facts = .unusable(why: "its certificate or key is of a kind that TLS here does not take")
      }
    }
    self.facts = facts
    self.certificate = certificate
  }
}

/// Follows the Secrets that Ingresses name, each by itself: a node may read no others.
final class SecretWatch: Sendable {
  private let client: any ClusterClient
  /// There may be thousands: so many are asked for at a time.
  private let turns = Semaphore(16)
  private let state = Mutex(State())
  private let changed = AsyncSignal()

  private struct State {
    var wanted: Set<ObjectKey> = []
    var informers: [ObjectKey: Informer] = [:]
    var parsed: [ObjectKey: WatchedSecret] = [:]
  }

  /// How long the first answers are waited for, and how much longer for each Secret: a table made
  /// without them shows clients the default certificate for a moment.
  private static let firstAnswerTime = Duration.seconds(2)
  private static let turnTime = Duration.milliseconds(10)

  init(client: any ClusterClient) { self.client = client }

  subscript(key: ObjectKey) -> WatchedSecret? { state.withLock { $0.parsed[key] } }

  /// Follows these from now on, and no others. Returns once they are known, or after a moment.
  func follow(_ keys: Set<ObjectKey>) async {
    let fresh = state.withLock { state -> Set<ObjectKey>? in
      guard state.wanted != keys else { return nil }
      defer { state.wanted = keys }
      return keys.subtracting(state.wanted)
    }
    guard let fresh else { return }
    changed.wake()
    let deadline = ContinuousClock.now + Self.firstAnswerTime + Self.turnTime * fresh.count
    while ContinuousClock.now < deadline, !isKnown(fresh) {
      do { try await ContinuousClock().sleep(for: .milliseconds(10)) } catch { return }
    }
  }

  private func isKnown(_ keys: Set<ObjectKey>) -> Bool {
    state.withLock { state in keys.allSatisfy { state.informers[$0]?.isSynced == true } }
  }

  /// Runs until the task is cancelled.
  /// - Parameter onChange: a Secret became another.
  func run(_ onChange: @escaping @Sendable () -> Void) async {
    var running: [ObjectKey: Task<Void, Never>] = [:]
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let wanted = state.withLock { $0.wanted }
        for (key, task) in running where !wanted.contains(key) {
          task.cancel()
          running[key] = nil
          state.withLock {
            $0.informers[key] = nil
            $0.parsed[key] = nil
          }
        }
        for key in wanted where running[key] == nil {
          let informer = informer(of: key, onChange)
          // Ended alone when nobody names the Secret any more; the group's child awaits its end.
          let task = Task { await informer.run() }
          running[key] = task
          group.addTask {
            await withTaskCancellationHandler {
              await task.value
            } onCancel: {
              task.cancel()
            }
          }
        }
        await changed.wait()
      }
    }
  }

  private func informer(
    of key: ObjectKey, _ onChange: @escaping @Sendable () -> Void
  ) -> Informer {
    let informer = Informer(
      .secrets, client: client, namespace: key.namespace,
      options: ListOptions(fieldSelector: "metadata.name=\(key.name)"), turns: turns)
    informer.onChange { [weak self] change in
      let secret: WatchedSecret? =
        if case .removed = change { nil } else { WatchedSecret(Secret(change.object)) }
      self?.state.withLock { $0.parsed[key] = secret }
      onChange()
    }
    state.withLock { $0.informers[key] = informer }
    return informer
  }
}
