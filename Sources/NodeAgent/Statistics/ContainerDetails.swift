import ContainerRuntimeInterface
import Foundations
import Resources

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What monitoring is told of containers beyond what the runtime counts: what they are, what they may
/// use, and what the kernel knows of their pods' network.
struct ContainerDetails: Equatable, Sendable {
  struct Container: Equatable, Sendable {
    /// Of its control group.
    var path: String
    var image: String
    var limits: Limits
    var throttling: CPUThrottling?
  }

  /// Zero stands for none.
  struct Limits: Equatable, Sendable {
    var memoryBytes: Int64 = 0
    var cpuQuotaMicroseconds: Int64 = 0
    var cpuPeriodMicroseconds: Int64 = 0
    var cpuShares: Int64 = 0
  }

  struct Network: Equatable, Sendable {
    var pod: ObjectKey
    var sandbox: String
    /// Of the pod's control group.
    var path: String
    var interfaces: [InterfaceUsage]
  }

  /// By container ID.
  var containers: [String: Container] = [:]
  /// Of pods with a network of their own, in order of name.
  var networks: [Network] = []

  /// Asks the kernel about the running containers of `pods`. Reads two small files for each pod and
  /// one for each container; what is gone meanwhile is left out.
  static func read(_ pods: [NodePods.Entry], _ cgroups: PodCgroups) throws(FileError)
    -> ContainerDetails
  {
    let layout = try CgroupLayout.detect()
    var details = ContainerDetails()
    for entry in pods.sorted(by: { $0.pod.metadata.key < $1.pod.metadata.key }) {
      let uid = entry.pod.metadata.uid ?? ""
      let quality = entry.pod.qualityOfService
      for run in entry.runtime.containers where run.isRunning {
        let path = cgroups.container(run.id, podUID: uid, quality: quality)
        details.containers[run.id.rawValue] = Container(
          path: path, image: run.image, limits: Limits(of: run, in: entry.pod),
          throttling: try throttling(of: path, layout))
      }
      guard let sandbox = entry.sandbox, entry.pod.spec.hostNetwork != true else { continue }
      let path = cgroups.pod(uid: uid, quality: quality)
      guard let interfaces = try interfaces(ofSandbox: "\(path)/\(sandbox.rawValue)", layout)
      else { continue }
      details.networks.append(
        Network(
          pod: entry.pod.metadata.key, sandbox: sandbox.rawValue, path: path,
          interfaces: interfaces))
    }
    return details
  }

  private static func throttling(of group: String, _ layout: CgroupLayout) throws(FileError)
    -> CPUThrottling?
  {
    do throws(FileError) {
      return try CPUThrottling.read(group, in: layout)
    } catch {
      guard isOfSomethingGone(error) else { throw error }
      return nil
    }
  }

  /// The process of a sandbox is in its pod's network.
  private static func interfaces(ofSandbox group: String, _ layout: CgroupLayout)
    throws(FileError) -> [InterfaceUsage]?
  {
    guard let directory = layout.directory(of: group, controller: "memory") else { return nil }
    do throws(FileError) {
      guard let processes = try DurableFile.read("\(directory)/cgroup.procs") else { return nil }
      let first = processes.prefix { $0 != UInt8(ascii: "\n") }
      guard let process = Int(String(decoding: first, as: UTF8.self)) else { return nil }
      return try InterfaceUsage.read(ofProcess: process)
    } catch {
      guard isOfSomethingGone(error) else { throw error }
      return nil
    }
  }

  /// A group or a process may end between opening its file and reading it.
  private static func isOfSomethingGone(_ error: FileError) -> Bool {
    [ENODEV, ESRCH, EINVAL].contains(error.code)
  }
}

extension ContainerDetails.Limits {
  init(of run: ContainerRecord, in pod: Pod) {
    // containerd before 1.7 does not tell: then what the pod asks for is what its container has.
    let limits = run.limits ?? Self.asked(by: run.name, in: pod)
    memoryBytes = limits.memoryLimitInBytes
    cpuQuotaMicroseconds = limits.cpuQuota
    cpuPeriodMicroseconds = limits.cpuPeriod
    cpuShares = limits.cpuShares
  }

  private static func asked(by name: String, in pod: Pod) -> CRILinuxContainerResources {
    let container = pod.allContainers.first { $0.container.name == name }?.container
    let wanted = container?.resources ?? ResourceRequirements()
    var limits = ContainerLimits.cpu(
      request: wanted.requests["cpu"], limit: wanted.limits["cpu"])
    limits.memoryLimitInBytes = Int64(wanted.limits["memory"]?.roundedUp ?? 0)
    return limits
  }
}
