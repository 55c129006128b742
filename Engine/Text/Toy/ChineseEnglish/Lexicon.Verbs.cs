namespace Engine.Text;

internal static partial class Lexicon
{
    private const string VerbTable = """
        吃 吃掉 eat,eats,ate,eaten,eating action person,kin food room,open
        吃 吃掉 eat,eats,ate,eaten,eating action animal feed open
        喝 喝掉 drink,drinks,drank,drunk,drinking action person,kin drink room,open
        喝 喝掉 drink,drinks,drank,drunk,drinking action animal lap open
        读 读完 read,reads,read,read,reading action person,kin text room,open
        写 写完 write,writes,wrote,written,writing action person,kin written room
        唱 - sing,sings,sang,sung,singing action person,kin song room,open
        听 - listen,listens,listened,listened,listening,to action person,kin heard room
        看 看完 watch,watches,watched,watched,watching action person,kin movie room
        画 - draw,draws,drew,drawn,drawing action person,kin drawn,animal room,open
        买 - buy,buys,bought,bought,buying action person,kin goods shop
        卖 卖掉 sell,sells,sold,sold,selling action person,kin goods,fruit shop
        洗 洗干净 wash,washes,washed,washed,washing action person,kin washed,fruit room
        骑 - ride,rides,rode,ridden,riding action person,kin mount open
        开 - drive,drives,drove,driven,driving action person,kin car open
        穿 - wear,wears,wore,worn,wearing action person,kin garment room,open
        喂 喂饱 feed,feeds,fed,fed,feeding action person,kin animal open
        抓 抓住 catch,catches,caught,caught,catching action hunter prey open
        帮助 - help,helps,helped,helped,helping action person,kin person,kin room,open
        等 - wait,waits,waited,waited,waiting,for action person,kin person,kin room,open
        打破 打破 break,breaks,broke,broken,breaking event person,kin,pet broken room
        打开 打开 open,opens,opened,opened,opening event person,kin gate,opened room
        关上 关上 close,closes,closed,closed,closing event person,kin gate room
        修好 修好 repair,repairs,repaired,repaired,repairing event person,kin machine room
        找到 找到 find,finds,found,found,finding event person,kin lost,pet,pupil room,open
        看见 看见 see,sees,saw,seen,seeing event person,kin,animal person,kin,animal room,open
        爱 - love,loves,loved,loved,loving state person,kin person,kin,pet -
        喜欢 - like,likes,liked,liked,liking state person,kin food,drink,animal,text,song,movie,garment,hat,art -
        需要 - need,needs,needed,needed,needing state person,kin machine,lost,person,wood,drink -
        认识 - know,knows,knew,known,knowing state person,kin person,kin -
        害怕 - fear,fears,feared,feared,fearing state person,kin,prey hunter -
        睡觉 - sleep,sleeps,slept,slept,sleeping action person,kin,animal - room,open
        游泳 - swim,swims,swam,swum,swimming action person,kin - water
        跑步 - run,runs,ran,run,running action person,kin - open
        跳舞 - dance,dances,danced,danced,dancing action person,kin - room,open
        工作 - work,works,worked,worked,working action person,kin - room,shop
        学习 - study,studies,studied,studied,studying action person,kin - room
        玩 - play,plays,played,played,playing action person,kin,animal - open
        笑 - laugh,laughs,laughed,laughed,laughing action person,kin - room,open
        飞 - fly,flies,flew,flown,flying action flyer - open
        踢·足球 - play,plays,played,played,playing,football action person,kin - open
        弹·钢琴 - play,plays,played,played,playing,the_piano action person,kin - room
        做·饭 - cook,cooks,cooked,cooked,cooking action person,kin - room
        """;
}
