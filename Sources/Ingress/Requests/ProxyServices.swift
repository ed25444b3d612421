import NIOCore
import Networking
import Synchronization

/// What all requests of an ingress share.
final class ProxyServices: Sendable {
  let routes = CurrentRoutes()
  let limits: IngressLimits
  let accessLog: AccessLog?
  private let ports: (http: Int, https: Int)
  private let pools = Mutex<[ObjectIdentifier: LoopPools]>([:])

  private struct LoopPools: Sendable {
    let eventLoop: any EventLoop
    let pools: NIOLoopBound<BackendPools>
  }

  /// - Parameter ports: as clients see them, for the forwarded fields.
  init(limits: IngressLimits, accessLog: AccessLog?, ports: (http: Int, https: Int)) {
    self.limits = limits
    self.accessLog = accessLog
    self.ports = ports
  }

  func port(of request: ServerRequest) -> Int {
    request.connection.isTLS ? ports.https : ports.http
  }

  /// The connections of an event loop. On it.
  func pools(on eventLoop: any EventLoop) -> BackendPools {
    pools.withLock { pools in
      if let known = pools[ObjectIdentifier(eventLoop)] { return known }
      let made = LoopPools(
        eventLoop: eventLoop,
        pools: NIOLoopBound(
          BackendPools(on: eventLoop, limits: limits), eventLoop: eventLoop))
      pools[ObjectIdentifier(eventLoop)] = made
      return made
    }.pools.value
  }

  /// Runs `body` on each event loop that has connections, one after the other.
  func onEachLoop<Result: Sendable>(_ body: @escaping @Sendable (BackendPools) -> Result) async
    -> [Result]
  {
    let all = pools.withLock { Array($0.values) }
    var results: [Result] = []
    for loop in all {
      do {
        results.append(try await loop.eventLoop.submit { body(loop.pools.value) }.get())
      } catch {
        // An event loop that has ended has nothing to add.
      }
    }
    return results
  }
}
