using BenchmarkDotNet.Running;
using Engine.Bench;

if (args is ["quick", .. var options])
    return Quick.Run(options);

if (args is ["ranks", .. var ranks])
    return Quick.Run("ranks", ranks, ClusterTable.Run);

BenchmarkSwitcher.FromAssembly(typeof(Quick).Assembly).Run(args);
return 0;
