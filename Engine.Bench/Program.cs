using BenchmarkDotNet.Running;
using Engine.Bench;

if (args is ["quick", .. var options])
    return Quick.Run(options);

BenchmarkSwitcher.FromAssembly(typeof(Quick).Assembly).Run(args);
return 0;
