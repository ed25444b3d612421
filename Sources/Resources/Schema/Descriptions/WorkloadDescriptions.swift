/// Of what makes pods.
let workloadDescriptions: StaticString = #"""
  Deployment Keeps a number of equal pods running, and replaces them step by step when their template changes.
  DeploymentSpec What is wanted of a Deployment.
   minReadySeconds How long a new pod must be ready before it counts as available.
   paused Whether changes of the template wait.
   progressDeadlineSeconds How long a rollout may stand still before it counts as failed; 600 where not set.
   replicas How many pods are wanted; 1 where not set.
   revisionHistoryLimit How many old ReplicaSets are kept to go back to; 10 where not set.
   selector The labels of its pods. It cannot change.
   strategy How old pods are replaced.
   template The pods. Its labels must match the selector.
  DeploymentStrategy How old pods are replaced.
   rollingUpdate The bounds of a rolling update.
   type RollingUpdate or Recreate, which ends all old pods first.
  RollingUpdateDeployment The bounds of a rolling update.
   maxSurge How many pods there may be above the wanted number, or which share of it; 25% where not set.
   maxUnavailable How many may be missing, or which share; 25% where not set.
  DeploymentStatus What a Deployment stands at.
   availableReplicas Pods that have been ready for minReadySeconds.
   collisionCount How often a name for a ReplicaSet was taken.
   readyReplicas Pods that are ready.
   replicas Pods in all.
   terminatingReplicas Pods that are ending.
   unavailableReplicas Pods that are still missing or not available.
   updatedReplicas Pods of the newest template.
  ReplicaSet Keeps a number of equal pods running. Usually made by a Deployment.
  ReplicaSetSpec What is wanted of a ReplicaSet.
   minReadySeconds How long a new pod must be ready before it counts as available.
   replicas How many pods are wanted; 1 where not set.
   selector The labels of its pods. It cannot change.
   template The pods.
  ReplicaSetStatus What a ReplicaSet stands at.
   availableReplicas Pods that have been ready for minReadySeconds.
   fullyLabeledReplicas Pods that have all labels of the template.
   readyReplicas Pods that are ready.
   replicas Pods in all.
   terminatingReplicas Pods that are ending.
  ReplicationController Keeps a number of equal pods running. The older kind of ReplicaSet.
  ReplicationControllerSpec What is wanted of a ReplicationController.
   minReadySeconds How long a new pod must be ready before it counts as available.
   replicas How many pods are wanted; 1 where not set.
   selector The labels of its pods.
   template The pods.
  StatefulSet Keeps pods with names of their own and storage that stays with the name.
  StatefulSetSpec What is wanted of a StatefulSet.
   minReadySeconds How long a new pod must be ready before it counts as available.
   ordinals Where the numbers of the pods begin.
   persistentVolumeClaimRetentionPolicy Whether claims go with the set or with pods that are scaled away.
   podManagementPolicy OrderedReady makes and ends pods one by one, Parallel all at once.
   replicas How many pods are wanted; 1 where not set.
   revisionHistoryLimit How many old templates are kept to go back to; 10 where not set.
   selector The labels of its pods. It cannot change.
   serviceName The headless Service that gives the pods their names.
   template The pods.
   updateStrategy How pods are replaced when the template changes.
   volumeClaimTemplates Claims that each pod has for itself.
  StatefulSetUpdateStrategy How pods are replaced.
   rollingUpdate The bounds of a rolling update.
   type RollingUpdate, or OnDelete, which waits for someone to delete the pods.
  RollingUpdateStatefulSetStrategy The bounds of a rolling update.
   maxUnavailable How many pods may be missing.
   partition Pods with a smaller number stay as they are.
  StatefulSetStatus What a StatefulSet stands at.
   availableReplicas Pods that have been ready for minReadySeconds.
   collisionCount How often a name for a revision was taken.
   currentReplicas Pods of the current revision.
   currentRevision The revision that pods are coming from.
   readyReplicas Pods that are ready.
   replicas Pods in all.
   updateRevision The revision that pods are going to.
   updatedReplicas Pods of the new revision.
  DaemonSet Keeps a pod on every node, or on those that its template selects.
  DaemonSetSpec What is wanted of a DaemonSet.
   minReadySeconds How long a new pod must be ready before it counts as available.
   revisionHistoryLimit How many old templates are kept to go back to; 10 where not set.
   selector The labels of its pods. It cannot change.
   template The pods.
   updateStrategy How pods are replaced when the template changes.
  DaemonSetUpdateStrategy How pods are replaced.
   rollingUpdate The bounds of a rolling update.
   type RollingUpdate, or OnDelete, which waits for someone to delete the pods.
  RollingUpdateDaemonSet The bounds of a rolling update.
   maxSurge On how many nodes the new pod may start before the old one ends.
   maxUnavailable On how many nodes the pod may be missing; 1 where not set.
  DaemonSetStatus What a DaemonSet stands at.
   collisionCount How often a name for a revision was taken.
   currentNumberScheduled Nodes that have the pod and should.
   desiredNumberScheduled Nodes that should have it.
   numberAvailable Nodes whose pod has been ready for minReadySeconds.
   numberMisscheduled Nodes that have the pod and should not.
   numberReady Nodes whose pod is ready.
   numberUnavailable Nodes whose pod is missing or not available.
   updatedNumberScheduled Nodes with a pod of the newest template.
  ControllerRevision A past state of a StatefulSet's or DaemonSet's template.
   data The state.
   revision Its number.
  Job Runs pods until a number of them have succeeded.
  JobSpec What is wanted of a Job.
   activeDeadlineSeconds How long the Job may take in all.
   backoffLimit How many failures there may be before the Job fails; 6 where not set.
   backoffLimitPerIndex How many failures each index may have.
   completionMode NonIndexed, or Indexed, which gives each pod a number.
   completions How many pods must succeed.
   manualSelector Whether the selector is yours. Seldom right.
   managedBy Who runs the Job, where it is not the cluster's own controller.
   maxFailedIndexes How many indexes may fail before the Job fails.
   parallelism How many pods may run at once.
   podFailurePolicy What certain failures mean.
   podReplacementPolicy When a failing pod is replaced: TerminatingOrFailed or Failed.
   selector The labels of its pods. Set by the server.
   successPolicy When the Job has succeeded before all indexes have.
   suspend Whether no pods run.
   template The pods. Their restartPolicy is Never or OnFailure.
   ttlSecondsAfterFinished How long the Job is kept after its end.
  JobStatus What a Job stands at.
   active Pods that run or will.
   completedIndexes Indexes that have succeeded, as 1,3-5.
   completionTime When the Job succeeded.
   failed Pods that failed.
   failedIndexes Indexes that failed, as 1,3-5.
   ready Pods that are ready.
   startTime When the controller took it up.
   succeeded Pods that succeeded.
   terminating Pods that are ending.
  JobTemplateSpec The Jobs that a CronJob makes.
  CronJob Makes Jobs at certain times.
  CronJobSpec What is wanted of a CronJob.
   concurrencyPolicy What happens when the last Job still runs: Allow, Forbid or Replace.
   failedJobsHistoryLimit How many failed Jobs are kept; 1 where not set.
   jobTemplate The Jobs.
   schedule When, as minute, hour, day of month, month and day of week.
   startingDeadlineSeconds How late a Job may start; a later one is left out.
   successfulJobsHistoryLimit How many succeeded Jobs are kept; 3 where not set.
   suspend Whether no Jobs are made.
   timeZone The time zone of the schedule, such as Europe/Paris; the server's where not set.
  CronJobStatus What a CronJob stands at.
   active Its Jobs that run.
   lastScheduleTime When a Job was last made.
   lastSuccessfulTime When a Job last succeeded.
  HorizontalPodAutoscaler Sets the number of replicas of something by what its pods use.
  HorizontalPodAutoscalerSpec What an autoscaler works towards.
   behavior How fast it scales in each direction.
   maxReplicas The most replicas.
   metrics What it looks at; the largest answer counts.
   minReplicas The fewest replicas; 1 where not set.
   scaleTargetRef What it scales.
   targetCPUUtilizationPercentage The share of the requested cpu that pods are to use.
  PodDisruptionBudget How many pods may be missing by someone's will, such as the draining of a node.
  PodDisruptionBudgetSpec What a budget allows.
   maxUnavailable How many of the pods may be missing, or which share.
   minAvailable How many must be there, or which share.
   selector The pods.
   unhealthyPodEvictionPolicy Whether pods that are not ready can be evicted all the same: IfHealthyBudget or AlwaysAllow.
  """#
