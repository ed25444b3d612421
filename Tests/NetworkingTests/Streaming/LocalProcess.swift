import Foundation
import NIOCore
import NIOPosix

@testable import Networking

/// A process on this machine in the place of a container.
enum LocalProcess {
  /// Runs a command with a client's streams. The process is killed when the task is cancelled.
  @Sendable static func run(
    _ command: [String], _ streams: RemoteCommandStreams
  ) async throws -> RemoteCommandStatus {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let stdin = Pipe()
    let stdout = Pipe()
    let stderr = Pipe()
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    let ended = AwaitableState<Int32?>(nil)
    process.terminationHandler = { process in
      ended.update { $0 = process.terminationStatus }
    }
    let input = try await duplex(writing: stdin.fileHandleForWriting)
    let outputs = [
      (try await duplex(reading: stdout.fileHandleForReading), streams.stdout),
      (try await duplex(reading: stderr.fileHandleForReading), streams.stderr),
    ]
    try process.run()
    for end in [
      stdin.fileHandleForReading, stdout.fileHandleForWriting, stderr.fileHandleForWriting,
    ] {
      try end.close()
    }
    let pid = process.processIdentifier
    return try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        defer { group.cancelAll() }
        group.addTask {
          if let stdin = streams.stdin {
            // A process that ends before its input does is no failure.
            try? await copyBytes(from: stdin, to: input)
          }
          input.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { copies in
          for (source, target) in outputs {
            copies.addTask {
              while let bytes = try await source.read() { try await target?.send(bytes) }
              target?.finish()
            }
          }
          try await copies.waitForAll()
        }
        return .exited(Int(try await ended.wait { $0 }))
      }
    } onCancel: {
      kill(pid, SIGKILL)
    }
  }

  private static func duplex(reading handle: FileHandle) async throws -> ChannelDuplex {
    try await pipe(handle) { try await $0.takingOwnershipOfDescriptor(input: $1).get() }
  }

  private static func duplex(writing handle: FileHandle) async throws -> ChannelDuplex {
    try await pipe(handle) { try await $0.takingOwnershipOfDescriptor(output: $1).get() }
  }

  /// The channel owns a copy of the descriptor, the handle its own.
  private static func pipe(
    _ handle: FileHandle,
    _ take: (NIOPipeBootstrap, CInt) async throws -> any Channel
  ) async throws -> ChannelDuplex {
    let descriptor = dup(handle.fileDescriptor)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    try handle.close()
    let made = AwaitableState<ChannelDuplex?>(nil)
    let bootstrap = NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let duplex = try ChannelDuplex.install(on: channel)
          made.update { $0 = duplex }
        }
      }
    _ = try await take(bootstrap, descriptor)
    return try await made.wait { $0 }
  }
}
