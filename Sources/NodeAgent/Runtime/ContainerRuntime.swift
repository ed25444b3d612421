package import ContainerRuntimeInterface

/// What the node agent asks of a container runtime about pods and their containers. The messages
/// are those of the Container Runtime Interface v1: its documentation is theirs.
///
/// Calls throw `RuntimeError`, or `CancellationError` when their task is cancelled; after the
/// latter, and after `.timedOut`, the runtime may still finish what was asked. Each call has a
/// deadline of its own, so none waits for ever.
package protocol ContainerRuntime: Sendable {
  func version() async throws -> CRIVersionResponse
  /// Conditions ("RuntimeReady", "NetworkReady") and features; cheap.
  func status() async throws -> CRIStatusResponse
  /// cgroupfs, unless the runtime says otherwise; containerd before 2.0 does not know the question.
  func cgroupDriver() async throws -> CRICgroupDriver

  // MARK: Sandboxes

  /// Makes the pod's namespaces, address and cgroup. Takes 50 to 100 ms when the node is idle.
  func runSandbox(_ config: CRIPodSandboxConfig, handler: String) async throws -> SandboxID
  /// Kills what runs in it and gives back its address. Can be repeated.
  func stopSandbox(_ sandbox: SandboxID) async throws
  /// Removes it and its containers. Can be repeated.
  func removeSandbox(_ sandbox: SandboxID) async throws
  func sandboxStatus(_ sandbox: SandboxID) async throws -> CRIPodSandboxStatus
  /// `nil` lists all.
  func sandboxes(matching filter: CRIPodSandboxFilter?) async throws -> [CRIPodSandbox]

  // MARK: Containers

  /// - Parameter sandboxConfig: what the sandbox was made with.
  func createContainer(
    _ config: CRIContainerConfig, in sandbox: SandboxID, madeWith sandboxConfig: CRIPodSandboxConfig
  ) async throws -> ContainerID
  func startContainer(_ container: ContainerID) async throws
  /// Sends the stop signal, waits for `grace`, then kills. Returns when the container has ended.
  /// Can be repeated, also with a shorter grace while the first call still waits.
  /// - Parameter grace: whole seconds count; zero kills at once.
  func stopContainer(_ container: ContainerID, grace: Duration) async throws
  /// Kills it first where it still runs. Can be repeated.
  func removeContainer(_ container: ContainerID) async throws
  func containerStatus(_ container: ContainerID) async throws -> CRIContainerStatus
  /// `nil` lists all.
  func containers(matching filter: CRIContainerFilter?) async throws -> [CRIContainer]
  /// Changes the limits of a running container.
  func updateResources(
    of container: ContainerID, to resources: CRILinuxContainerResources
  ) async throws
  /// Opens a new log file under the old name: call it after moving the file away.
  func reopenLog(of container: ContainerID) async throws

  // MARK: Commands and streams

  /// Runs a command to its end. Its output is kept up to 16 MB.
  /// - Parameter limit: after which it is killed and `.timedOut` is thrown; `nil` for no end.
  func execSync(
    _ command: [String], in container: ContainerID, limit: Duration?
  ) async throws -> CRIExecSyncResponse
  /// - Returns: a URL on the loopback interface, good for one use within a minute, that speaks
  ///   SPDY/3.1 and WebSocket.
  func execURL(_ request: CRIExecRequest) async throws -> String
  /// As `execURL`.
  func attachURL(_ request: CRIAttachRequest) async throws -> String
  /// As `execURL`.
  func portForwardURL(_ request: CRIPortForwardRequest) async throws -> String

  // MARK: Statistics

  func containerStatistics(
    matching filter: CRIContainerStatsFilter?
  ) async throws -> [CRIContainerStats]
  func sandboxStatistics(
    matching filter: CRIPodSandboxStatsFilter?
  ) async throws -> [CRIPodSandboxStats]
}
