import Foundations
import Logging
import Networking
import Resources

/// What the control plane asks of a node about its volumes: `PUT /volumes/NAME?bytes=N` makes a
/// directory and answers with its `path`, `DELETE /volumes/NAME` removes it.
struct VolumeRoute {
  static let prefix = "/volumes/"

  let volumes: VolumeDirectories
  let logger: Logger

  /// Blocks on disk.
  func answer(to request: ServerRequest) -> ServerResponse {
    let name = String(request.path.dropFirst(Self.prefix.count))
    do throws(VolumeDirectories.Problem) {
      switch request.method {
      case .put:
        let byteCount = request.query["bytes"].flatMap { Int($0) } ?? 0
        let path = try volumes.make(name, byteCount: byteCount)
        logger.info("a directory was made for a volume", metadata: ["volume": "\(name)"])
        return Self.json(["path": Document(path)])
      case .delete:
        try volumes.remove(name)
        logger.info("the directory of a volume was removed", metadata: ["volume": "\(name)"])
        return Self.json(.emptyObject)
      default:
        return APIError.methodNotAllowed("volumes are made with PUT and removed with DELETE").answer
      }
    } catch {
      return Self.error(error).answer
    }
  }

  private static func json(_ object: Document) -> ServerResponse {
    ServerResponse(status: 200, contentType: "application/json", body: object.json)
  }

  private static func error(_ problem: VolumeDirectories.Problem) -> APIError {
    switch problem {
    case .badName: .badRequest(problem.description)
    case .full:
      APIError(code: 507, reason: "InsufficientStorage", message: problem.description)
    case .inUse, .file:
      APIError(code: 500, reason: .internalError, message: problem.description)
    }
  }
}
