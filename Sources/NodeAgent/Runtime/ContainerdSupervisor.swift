import Foundations
package import Logging
package import NIOCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Keeps a containerd of our own running. Containers do not depend on it: their shims live on while
/// it is away, and while this process is. One that still runs from an earlier life of ours is
/// adopted, as long as its configuration is what we would write today.
package final class ContainerdSupervisor: Sendable {
  package let configuration: ContainerdConfiguration
  private let programs: ContainerdPrograms
  private let eventLoopGroup: any EventLoopGroup
  private let logger: Logger
  private let clock: any Clock<Duration>
  private let process = Mutex(ProcessIdentity?.none)
  /// Whether containerd ran before this supervisor did.
  private let isAdopted = Mutex(false)

  /// Loading all plugins takes 0.2 s on an idle machine, and recovering 100 pods some seconds.
  private static let answerLimit: Duration = .seconds(60)
  /// Source: systemd's usual limit is 90 s; containerd ends in well under one.
  private static let stopLimit: Duration = .seconds(10)

  package init(
    configuration: ContainerdConfiguration, programs: ContainerdPrograms,
    eventLoopGroup: any EventLoopGroup, logger: Logger,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.configuration = configuration
    self.programs = programs
    self.eventLoopGroup = eventLoopGroup
    self.logger = logger
    self.clock = clock
  }

  private var layout: ContainerdLayout { configuration.layout }

  /// Adopts or starts containerd, and returns when it answers.
  /// - Throws: `RuntimeSetupError` or `FileError`, fit to be shown.
  package func start() async throws {
    try prepareFiles()
    if let adopted = try await adoptable() {
      logger.info("adopted the running containerd", metadata: ["pid": "\(adopted.id)"])
      process.withLock { $0 = adopted }
      isAdopted.withLock { $0 = true }
    } else {
      try launch()
    }
    do {
      try await waitUntilAnswering()
    } catch {
      await abandon()
      throw error
    }
  }

  /// Takes `start` back where the server cannot start after all: what ran before it runs on, and
  /// nothing else does.
  package func abandon() async {
    guard !isAdopted.withLock({ $0 }), let started = process.withLock({ $0 }) else { return }
    await Self.end(started, clock: clock)
    unlink(layout.processFile)
  }

  /// After `start`: starts containerd again whenever it ends. On cancellation it returns and leaves
  /// containerd running.
  /// - Parameter onFailure: called when it cannot be started, which is tried again.
  package func run(onFailure: @Sendable () -> Void = {}) async {
    var delay = RestartDelay()
    while !Task.isCancelled {
      let started = ContinuousClock.now
      if let running = process.withLock({ $0 }) { await running.waitForExit() }
      guard !Task.isCancelled else { return }
      let pause = delay.next(afterRunning: ContinuousClock.now - started)
      logger.warning(
        "containerd ended; containers live on, and it is started again",
        metadata: ["after": "\(pause)", "log": "\(layout.logFile)"])
      do {
        try await clock.sleep(for: pause)
        try launch()
      } catch is CancellationError {
        return
      } catch {
        logger.error("containerd cannot be started", metadata: ["cause": "\(error)"])
        onFailure()
      }
    }
  }

  /// Ends containerd. Containers that still run are not touched.
  package func stop() async throws { try await Self.stop(layout, clock: clock) }

  /// Ends the containerd that runs there, for `down` and `purge`, which do not start one.
  package static func stop(
    _ layout: ContainerdLayout, clock: any Clock<Duration> = ContinuousClock()
  ) async throws {
    guard let running = try ContainerdProcessFile.read(layout.processFile)?.process else { return }
    await end(running, clock: clock)
    unlink(layout.processFile)
  }
}

// MARK: - Steps

extension ContainerdSupervisor {
  private func prepareFiles() throws {
    for directory in [layout.root, layout.registryDirectory, layout.optDirectory] {
      try DurableFile.makeDirectory(directory, mode: 0o711)
    }
    for directory in [layout.state, layout.runcRoot] {
      try DurableFile.makeDirectory(directory, mode: 0o711)
    }
    let text = configuration.rendered
    if try DurableFile.read(layout.configurationFile) != Array(text.utf8) {
      try DurableFile.write(text.utf8, to: layout.configurationFile, mode: 0o644)
    }
  }

  /// The containerd of an earlier life. One that runs with another configuration is ended.
  private func adoptable() async throws -> ProcessIdentity? {
    guard let file = try ContainerdProcessFile.read(layout.processFile), file.process.isRunning
    else { return nil }
    let digest = ContainerdProcessFile.digest(of: configuration.rendered)
    if file.configurationDigest == digest { return file.process }
    logger.info("containerd is started anew with a changed configuration")
    await Self.end(file.process, clock: clock)
    return nil
  }

  private func launch() throws {
    rename(layout.logFile, "\(layout.logFile).1")
    let log = open(layout.logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard log >= 0 else { throw FileError("write", layout.logFile, errno) }
    defer { close(log) }
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard nothing >= 0 else { throw FileError("read", "/dev/null", errno) }
    defer { close(nothing) }

    var launch = ProcessLaunch(
      programs.containerd, ["--config", layout.configurationFile])
    launch.environment = ["PATH": programs.searchPath]
    launch.startsSession = true
    let id = try launch.start(input: nothing, output: log, errorOutput: log)
    let started = ProcessIdentity(of: id)
    process.withLock { $0 = started }
    guard let started else {  // ended already: whoever waits for it finds out
      waitpid(id, nil, WNOHANG)
      return
    }
    try ContainerdProcessFile(process: started, configuration: configuration.rendered)
      .write(to: layout.processFile)
    logger.info("started containerd", metadata: ["pid": "\(id)"])
  }

  private static func end(_ running: ProcessIdentity, clock: any Clock<Duration>) async {
    guard running.isRunning else { return }
    kill(running.id, SIGTERM)
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await running.waitForExit()
        return true
      }
      group.addTask {
        do { try await clock.sleep(for: stopLimit) } catch { return true }
        return false
      }
      if await group.next() == false { kill(running.id, SIGKILL) }
      group.cancelAll()
    }
  }

  /// Asks until it answers: nothing tells when it has read back the containers that it left.
  private func waitUntilAnswering() async throws {
    let client = try ContainerRuntimeClient(
      socketPath: layout.socketPath, eventLoopGroup: eventLoopGroup)
    let end = ContinuousClock.now + Self.answerLimit
    while ContinuousClock.now < end {
      guard let running = process.withLock({ $0 }), running.isRunning else {
        throw RuntimeSetupError.endedAtStart(lastWords: try lastWords(), logFile: layout.logFile)
      }
      do {
        _ = try await client.sandboxes(matching: nil)
        return
      } catch is RuntimeError {
        try await clock.sleep(for: .milliseconds(20))
      }
    }
    throw RuntimeSetupError.noAnswer(logFile: layout.logFile)
  }

  private func lastWords() throws -> String {
    let log = try DurableFile.read(layout.logFile) ?? []
    let lines = String(decoding: log.suffix(2048), as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map(String.init) ?? "it said nothing"
  }
}
