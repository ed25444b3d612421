import Foundations
import Resources
import Store
import Synchronization

/// The webhooks of one kind of configuration, in the order in which they are asked: by the name of
/// their configuration, then as it lists them.
///
/// Configurations are read once for each of their versions. Without any, asking costs one read of an
/// empty snapshot.
final class WebhookSource: Sendable {
  private let cache: WatchCache
  private let read = Mutex(Read())

  private struct Read {
    var versions: [Revision] = []
    var webhooks: [Webhook] = []
  }

  /// - Parameter cache: of the configurations.
  init(_ cache: WatchCache) { self.cache = cache }

  /// - Throws: 500 where a configuration cannot be read: what it would refuse is not known.
  func webhooks() throws(APIError) -> [Webhook] {
    let snapshot = cache.read()
    if snapshot.count == 0 { return [] }
    let configurations = Array(snapshot.objects())
    let versions = configurations.map(\.modRevision)
    let known = read.withLock { $0.versions == versions ? $0.webhooks : nil }
    if let known { return known }
    var webhooks: [Webhook] = []
    for configuration in configurations {
      webhooks += try Self.webhooks(of: configuration.document, name: configuration.name)
    }
    let found = webhooks
    read.withLock { $0 = Read(versions: versions, webhooks: found) }
    return found
  }

  private static func webhooks(of configuration: Document, name: String) throws(APIError)
    -> [Webhook]
  {
    var webhooks: [Webhook] = []
    for (position, hook) in (configuration["webhooks"] ?? .emptyArray).elements.enumerated() {
      do throws(LabelSelector.ParsingError) {
        webhooks.append(try Webhook(hook, configuration: name, position: position))
      } catch {
        throw .internalError("webhook \(position) of \(name) cannot be read: \(error)")
      }
    }
    return webhooks
  }
}
