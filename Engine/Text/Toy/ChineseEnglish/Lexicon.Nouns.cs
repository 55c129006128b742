namespace Engine.Text;

internal static partial class Lexicon
{
    private const string NounTable = """
        老师 个 teacher teachers person,job
        学生 个 student students person,job,pupil
        医生 个 doctor doctors person,job
        歌手 个 singer singers person,job
        厨师 个 cook cooks person,job
        警察 个 police_officer police_officers person,job
        孩子 个 child children person,pupil
        女孩 个 girl girls person,pupil
        男孩 个 boy boys person,pupil
        朋友 个 friend friends person,own
        妈妈 个 mother mothers kin
        爸爸 个 father fathers kin
        哥哥 个 older_brother older_brothers kin
        妹妹 个 younger_sister younger_sisters kin
        爷爷 个 grandfather grandfathers kin
        狗 只 dog dogs animal,pet,own
        猫 只 cat cats animal,pet,hunter,own
        鸟 只 bird birds animal,prey,flyer
        马 匹 horse horses animal,mount,own
        羊 只 sheep sheep animal
        兔子 只 rabbit rabbits animal,pet,prey,own
        老虎 只 tiger tigers animal,hunter
        老鼠 只 mouse mice animal,prey
        鱼 条 fish fish food,feed,goods
        苹果 个 apple apples food,feed,fruit,goods
        鸡蛋 个 egg eggs food,goods
        饺子 个 dumpling dumplings food
        蛋糕 块 cake cakes food,goods
        米饭 - rice - food
        肉 块:piece meat - food,feed
        茶 杯:cup tea - drink
        咖啡 杯:cup coffee - drink
        牛奶 杯:glass milk - drink,lap
        水 杯:glass water - drink,lap
        书 本 book books text,goods,small,own
        信 封 letter letters text,written,opened,small
        故事 个 story stories text,written,heard
        歌 首 song songs song,heard
        电影 部 movie movies movie
        画 幅 picture pictures art,goods
        毛衣 件 sweater sweaters garment,washed,goods,own
        帽子 顶 hat hats hat,goods,small,own
        手机 部 phone phones machine,lost,goods,small,own
        电脑 台 computer computers machine,goods,own
        汽车 辆 car cars machine,car,washed,goods,own
        自行车 辆 bicycle bicycles machine,mount,goods,own
        灯 盏 lamp lamps machine,broken,goods
        杯子 个 cup cups broken,washed,goods,small,own
        窗户 扇 window windows broken,gate
        门 扇 door doors gate
        箱子 个 box boxes opened,goods,own
        钥匙 把 key keys lost,small,own
        雨伞 把 umbrella umbrellas lost,goods,small,own
        花 朵 flower flowers grown,drawn,goods
        树 棵 tree trees grown,drawn
        椅子 把 chair chairs goods,wood
        桌子 张 table tables goods,wood
        """;
}
