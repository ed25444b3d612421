import APIServer
import Foundations
import Logging
import NIOPosix
import Networking
import Resources

/// The file that `--tracing-config-file` names. Read once, at start.
enum TracingFile {
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "tracing-config-file \(path): \(reason)" }
  }

  /// - Parameter instance: which of several servers this is.
  static func open(_ path: String, instance: String, logger: Logger) throws -> RequestTracer {
    guard let bytes = try DurableFile.read(path) else {
      throw Failure(path: path, reason: "there is no such file")
    }
    let settings: TracingSettings
    do {
      settings = try TracingSettings(try DocumentParser.parse(yaml: bytes))
    } catch {
      throw Failure(path: path, reason: "\(error)")
    }
    let connection = GRPCConnection(
      to: settings.collector, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    // Source: upstream's resource: OpenTelemetry's names, and the service's own.
    return RequestTracer(
      TraceSampler(ratePerMillion: settings.samplingRatePerMillion),
      TraceExporter(
        to: connection,
        describedBy: [
          ("service.name", "apiserver"), ("service.instance.id", instance),
          ("service.version", MartletVersion.kubernetes), ("telemetry.sdk.language", "swift"),
        ], logger: logger))
  }
}
