import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct CgroupTests {
  private static let unified = CgroupLayout(
    mountTable: Array(
      "30 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n".utf8))
  private static let hybrid = CgroupLayout(
    mountTable: Array(
      """
      31 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
      32 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
      33 24 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
      34 24 0:31 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
      """.utf8))

  @Test("the version is told from what is mounted")
  func version() {
    #expect(Self.unified.version == .v2)
    #expect(Self.hybrid.version == .hybrid)
    #expect(Self.unified.directory(of: "/a", controller: "memory") == "/sys/fs/cgroup/a")
    #expect(
      Self.hybrid.directory(of: "/a", controller: "cpuacct") == "/sys/fs/cgroup/cpu,cpuacct/a")
    #expect(Self.hybrid.directory(of: "/a", controller: "pids") == nil)
    #expect(Self.hybrid.hierarchies.count == 4)
  }

  @Test("one set of limits, in each version's words")
  func limits() {
    var limits = CgroupLimits()
    limits.cpuShares = CgroupLimits.shares(milliCPU: 500)
    limits.cpuQuotaMicroseconds = CgroupLimits.quota(milliCPU: 250)
    limits.memoryBytes = 1 << 20
    #expect(
      limits.writes(to: "/p", in: Self.hybrid).map { "\($0.file) \($0.text)" } == [
        "/sys/fs/cgroup/cpu,cpuacct/p/cpu.shares 512",
        "/sys/fs/cgroup/cpu,cpuacct/p/cpu.cfs_period_us 100000",
        "/sys/fs/cgroup/cpu,cpuacct/p/cpu.cfs_quota_us 25000",
        "/sys/fs/cgroup/memory/p/memory.limit_in_bytes 1048576",
      ])
    #expect(
      limits.writes(to: "/p", in: Self.unified).map { "\($0.file) \($0.text)" } == [
        "/sys/fs/cgroup/p/cpu.weight 20", "/sys/fs/cgroup/p/cpu.max 25000 100000",
        "/sys/fs/cgroup/p/memory.max 1048576",
      ])
  }

  @Test("CPU amounts stay within what the kernel takes")
  func boundaries() {
    #expect(CgroupLimits.shares(milliCPU: 0) == 2)
    #expect(CgroupLimits.shares(milliCPU: 1000) == 1024)
    #expect(CgroupLimits.shares(milliCPU: 1_000_000) == 262_144)
    #expect(CgroupLimits.quota(milliCPU: 1) == 1000)
    #expect(CgroupLimits.weight(shares: 2) == 1)
    #expect(CgroupLimits.weight(shares: 262_144) == 10_000)
  }

  @Test("pods' groups are where Kubernetes has them, below our own root")
  func paths() {
    let groups = PodCgroups(root: "/martlet")
    #expect(groups.pod(uid: "u", quality: .guaranteed) == "/martlet/kubepods/podu")
    #expect(
      groups.container(ContainerID("c"), podUID: "u", quality: .bestEffort)
        == "/martlet/kubepods/besteffort/podu/c")
  }

  @Test("this host's facts are all there")
  func facts() throws {
    let facts = try HostFacts.read(dataDirectory: "/tmp")
    #expect(facts.cpuCount >= 1)
    #expect(facts.memoryBytes > 1 << 20)
    #expect(facts.ephemeralStorageBytes > 1 << 20)
    #expect(facts.pidsMax > 1)
    #expect(facts.bootID.count == 36)
    #expect(!facts.kernelVersion.isEmpty)
    #expect(!facts.osImage.isEmpty)
    let usage = try HostUsage.read()
    #expect(usage.cpuNanoseconds > 0)
    #expect(usage.workingSetBytes <= usage.memoryBytes)
    #expect(usage.memoryBytes <= facts.memoryBytes)
  }
}
