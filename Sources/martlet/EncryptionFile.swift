import APIServer
import Foundations
import KeyManagement
import Logging
import NIOPosix
import Resources
import Store

/// The file that `--encryption-provider-config` names, and the KMS plugins that it leads to. Read
/// once, at start.
struct EncryptionFile: Sendable {
  let plugins: [KeyServiceSeal]
  private let writer: Int?
  private let path: String

  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "encryption-provider-config \(path): \(reason)" }
  }

  /// How long a server waits at its start for plugins that start with it.
  private static let patience = Duration.seconds(60)
  private static let retryPause = Duration.milliseconds(500)
  /// Source: upstream's `kmsv2PluginHealthzPositiveInterval` and `kmsv2PluginHealthzNegativeInterval`.
  private static let interval = Duration.seconds(60)
  private static let badInterval = Duration.seconds(10)

  /// Waits for the plugins. Blocks on disk.
  static func open(_ path: String, logger: Logger) async throws -> EncryptionFile {
    guard let bytes = try DurableFile.read(path) else {
      throw Failure(path: path, reason: "there is no such file")
    }
    let settings: EncryptionSettings
    do {
      settings = try EncryptionSettings(try DocumentParser.parse(yaml: bytes))
    } catch {
      throw Failure(path: path, reason: "\(error)")
    }
    let plugins = settings.plugins.map { plugin in
      KeyServiceSeal(
        name: plugin.name,
        RemoteKeyService(
          socketPath: plugin.socketPath, timeout: plugin.timeout,
          eventLoop: MultiThreadedEventLoopGroup.singleton.next()), logger: logger)
    }
    let end = ContinuousClock.now + patience
    for (plugin, named) in zip(plugins, settings.plugins) {
      while let problem = await plugin.refresh() {
        guard ContinuousClock.now < end else {
          throw Failure(
            path: path,
            reason: "the KMS provider \(plugin.name) at \(named.socketPath) cannot be used: "
              + "\(problem)")
        }
        try await Task.sleep(for: retryPause)
      }
    }
    return EncryptionFile(plugins: plugins, writer: settings.writer, path: path)
  }

  func seal(beside own: any ValueSeal) -> LayeredSeal {
    LayeredSeal(plugins, beside: own, writer: writer)
  }

  /// The checks of the plugins. Source: upstream's names; whether a restart would help is not theirs.
  func addChecks(to health: HealthChecks) {
    for (index, plugin) in plugins.enumerated() {
      health.add(
        HealthCheck("kms-provider-\(index)", on: [.health, .ready]) { await plugin.health() })
    }
  }

  /// What monitoring is told of the plugins.
  func addMetrics(to metrics: ServerMetrics) {
    metrics.add { [plugins] in KeyServiceSeal.write(plugins, to: &$0) }
  }

  /// Looks after the plugins, and seals anew what lies under a key that is no longer the plugin's,
  /// until the task is cancelled.
  func run(_ store: SealedStore, logger: Logger) async {
    await withDiscardingTaskGroup { group in
      for (index, plugin) in plugins.enumerated() {
        group.addTask { await follow(plugin, isWriter: index == writer, store, logger) }
      }
    }
  }

  private func follow(
    _ plugin: KeyServiceSeal, isWriter: Bool, _ store: SealedStore, _ logger: Logger
  ) async {
    // What was sealed before this start is sealed anew by `SecretSealing`.
    var sealedWith = plugin.keyID
    while !Task.isCancelled {
      let problem = await plugin.refresh()
      if isWriter, problem == nil, plugin.keyID != sealedWith {
        do throws(StoreError) {
          let count = try await store.reseal()
          sealedWith = plugin.keyID
          logger.info("sealed \(count) Secrets with the KMS plugin's new key")
        } catch {
          logger.error("Secrets cannot be sealed anew with the KMS plugin's new key: \(error)")
        }
      }
      // Ends early only when the task is cancelled, which the loop looks at.
      try? await ContinuousClock().sleep(for: problem == nil ? Self.interval : Self.badInterval)
    }
  }
}
