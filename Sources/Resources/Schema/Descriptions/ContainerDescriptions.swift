/// Of what runs in pods.
let containerDescriptions: StaticString = #"""
  Container One program, or several, started from an image.
   args What the image's entry point is called with; the image's own arguments where not set. $(NAME) stands for a variable.
   command What is started instead of the image's entry point. It is not given to a shell. $(NAME) stands for a variable.
   env Environment variables.
   envFrom ConfigMaps and Secrets whose entries all become variables. Variables of env go before.
   image The image's name and tag or digest.
   imagePullPolicy When the image is pulled: Always, IfNotPresent or Never. Always where the tag is latest, else IfNotPresent.
   lifecycle What is done right after the start and right before the end.
   livenessProbe A check whose failure has the container restarted.
   name The container's name, unique in its pod.
   ports Ports that the container serves. Information for people and for references by name.
   readinessProbe A check whose failure takes the pod out of its Services.
   resizePolicy Whether the container is restarted when its resources change.
   resources What the container needs, and what it may take at most.
   restartPolicy For init containers: Always makes it run on beside the others.
   restartPolicyRules What is done when the container ends with certain exit codes.
   securityContext User, capabilities and other security settings of the container.
   startupProbe A check that must succeed before the other probes begin.
   stdin Keep standard input open for attach.
   stdinOnce Close standard input after the first client has left.
   terminationMessagePath The file whose content becomes the container's last message; /dev/termination-log where not set.
   terminationMessagePolicy File reads only that file, FallbackToLogsOnError takes the end of the log when a failed container left it empty.
   tty Give the container a terminal.
   volumeDevices Block devices of the pod's volumes in this container.
   volumeMounts The pod's volumes in this container's file system.
   workingDir The directory that the process starts in; the image's where not set.
  EphemeralContainer A container that is added to a running pod for debugging. It has no ports, probes or resources.
   targetContainerName The container whose processes it is to see.
  ContainerPort A port that a container serves.
   containerPort The port in the pod.
   hostIP The node's address that hostPort is bound to.
   hostPort A port of the node that leads to it.
   name A name for references, unique in the pod.
   protocol TCP, UDP or SCTP.
  EnvVar An environment variable.
   name The variable's name.
   value Its value. $(NAME) stands for an earlier variable, $$ for a dollar.
   valueFrom Where the value comes from instead.
  EnvVarSource Where a variable's value comes from.
   configMapKeyRef An entry of a ConfigMap.
   fieldRef A field of the pod.
   fileKeyRef An entry of a file in a volume.
   resourceFieldRef A resource request or limit of a container.
   secretKeyRef An entry of a Secret.
  EnvFromSource A ConfigMap or Secret whose entries become variables.
   configMapRef The ConfigMap.
   prefix What is put before each name.
   secretRef The Secret.
  ConfigMapKeySelector An entry of a ConfigMap.
   key The entry.
   name The ConfigMap's name.
   optional Whether it may be missing.
  SecretKeySelector An entry of a Secret.
   key The entry.
   name The Secret's name.
   optional Whether it may be missing.
  ObjectFieldSelector A field of the pod.
   fieldPath The field, such as metadata.name or status.podIP.
  ResourceFieldSelector A request or limit of a container.
   containerName The container; in volumes it must be given.
   divisor The unit in which the value is shown.
   resource Such as limits.cpu or requests.memory.
  ResourceRequirements What a container needs and may take.
   claims Devices that the pod has claims on.
   limits What it may take at most. Beyond memory it is ended, beyond cpu it is slowed down.
   requests What it needs at least: nodes are chosen by it. The limits where not set.
  Probe A check that is done again and again.
   exec A command in the container; exit code 0 is success.
   failureThreshold How many failures in a row count; 3 where not set.
   grpc A gRPC health check.
   httpGet An HTTP request; a status from 200 to 399 is success.
   initialDelaySeconds How long after the start the first check comes.
   periodSeconds How often; 10 where not set.
   successThreshold How many successes in a row count; 1 where not set.
   tcpSocket A TCP connection; that it opens is success.
   terminationGracePeriodSeconds The time to end when this probe fails, in place of the pod's.
   timeoutSeconds How long an answer may take; 1 where not set.
  ExecAction A command that runs in the container.
   command The program and its arguments. It is not given to a shell.
  HTTPGetAction An HTTP request.
   host Where to connect; the pod's address where not set.
   httpHeaders Header fields of the request.
   path The path.
   port The port's number or name.
   scheme HTTP or HTTPS. Certificates are not verified.
  HTTPHeader A header field.
   name Its name.
   value Its value.
  TCPSocketAction A TCP connection.
   host Where to connect; the pod's address where not set.
   port The port's number or name.
  GRPCAction A gRPC health check.
   port The port's number.
   service The service to ask for.
  SleepAction A pause.
   seconds How long.
  Lifecycle What is done at both ends of a container's life.
   postStart Right after the start. Where it fails, the container is ended.
   preStop Before the container is told to end. It counts as part of the grace period.
   stopSignal The signal that tells the container to end.
  LifecycleHandler One thing to do.
   exec A command in the container.
   httpGet An HTTP request.
   sleep A pause.
   tcpSocket Not supported; accepted for old objects.
  SecurityContext Security settings of one container. They go before the pod's.
   allowPrivilegeEscalation Whether a process may gain more rights than its parent has.
   appArmorProfile The AppArmor profile.
   capabilities Capabilities to add to and drop from the runtime's usual ones.
   privileged Give the container all rights of the node's root.
   procMount How /proc is shown: Default or Unmasked.
   readOnlyRootFilesystem Make the container's own files read-only.
   runAsGroup The group that the process starts with.
   runAsNonRoot Refuse to start as root.
   runAsUser The user that the process starts with; the image's where not set.
   seLinuxOptions The SELinux context.
   seccompProfile Which system calls may be used.
  Capabilities Capabilities of a container's processes.
   add Those to add, without CAP_; ALL for all.
   drop Those to drop; ALL for all.
  SeccompProfile Which system calls may be used.
   localhostProfile A file with a profile on the node, for type Localhost.
   type RuntimeDefault, Unconfined or Localhost.
  VolumeMount A volume in a container's file system.
   mountPath Where it is mounted.
   mountPropagation How mounts made later are shared with the node: None, HostToContainer or Bidirectional.
   name The volume's name in the pod.
   readOnly Mount it read-only.
   recursiveReadOnly Whether mounts below it are read-only too: Disabled, IfPossible or Enabled.
   subPath A path in the volume to mount in place of its root.
   subPathExpr As subPath; $(NAME) stands for a variable.
  ContainerStatus What a container was last seen doing.
   allocatedResources What the node has set aside for it.
   containerID The runtime's name for it.
   image The image it runs.
   imageID The runtime's name for the image.
   lastState How it last ended.
   name The container's name.
   ready Whether its readiness probe succeeds.
   resources The requests and limits in force.
   restartCount How often it was started again.
   started Whether its startup probe has succeeded.
   state What it does now.
  ContainerState One of waiting, running and terminated.
   running It runs.
   terminated It has ended.
   waiting It does not run yet.
  ContainerStateTerminated How a container ended.
   exitCode Its exit code.
   finishedAt When it ended.
   message What it left as its last message.
   reason Why, in a word.
   signal The signal that ended it.
   startedAt When it had started.
  ContainerStateWaiting Why a container does not run yet.
   message For people.
   reason In a word, such as ImagePullBackOff.
  ContainerStateRunning A container that runs.
   startedAt Since when.
  """#
